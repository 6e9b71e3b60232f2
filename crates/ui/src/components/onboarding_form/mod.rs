//! The fields of the onboarding form and the button that saves it, for the pages before and after signing in.

use api_types::{Code, Onboarding, OnboardingForm};
use domain::Equipment;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    reactive::{attribute, flag, text},
};

/// The labels of the fields, in the order of [`OnboardingForm::FIELDS`].
pub(crate) const LABELS: [&str; 6] = [
    "Preferred name",
    "Private phone",
    "Emergency contact",
    "Phone of the emergency contact",
    "Dietary needs",
    "Computer",
];

/// The state of a form that is edited. A handle: copies share one state.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// The form as it was saved last.
    pub(crate) saved: RwSignal<Onboarding>,
    /// Whether a request is running.
    pub(crate) busy: RwSignal<bool>,
    texts: [RwSignal<String>; 6],
    outcome: RwSignal<&'static str>,
    failure: RwSignal<Option<Failure>>,
}

impl FormState {
    /// A form as it was loaded.
    pub(crate) fn of(loaded: Onboarding) -> Self {
        Self {
            texts: loaded.form.clone().texts().map(RwSignal::new),
            saved: RwSignal::new(loaded),
            busy: RwSignal::new(false),
            outcome: RwSignal::new(""),
            failure: RwSignal::new(None),
        }
    }

    /// Notes the result of a request. `outcome` is the text for its success.
    pub(crate) fn finish(self, result: Result<Onboarding, Failure>, outcome: &'static str) {
        // The user may have left the page.
        if self.busy.try_set(false).is_some() {
            return;
        }
        match result {
            Ok(saved) => {
                self.saved.set(saved);
                self.outcome.set(outcome);
            }
            Err(failure) if failure.concerns_the_whole_page() => {}
            Err(failure) => {
                if failure.code() == Some(Code::NotFound) {
                    self.saved.update(|saved| saved.version = None);
                }
                self.failure.set(Some(failure));
            }
        }
    }

    /// Begins a request, unless one is running. Returns whether it may be sent.
    pub(crate) fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.outcome.set("");
        self.failure.set(None);
        true
    }

    /// Empties all fields.
    pub(crate) fn clear(self) {
        for text in self.texts {
            text.try_set(String::new());
        }
    }
}

/// The fields, the result of the last request, and the button that saves the form.
#[component]
pub(crate) fn OnboardingFields(
    /// The form to edit.
    state: FormState,
    /// Where the form is saved.
    path: &'static str,
    /// The label of the button.
    save: &'static str,
    /// What the page shows beside the button, if anything.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !state.begin() {
            return;
        }
        let form = OnboardingForm::of_texts(state.texts.map(|text| text.get_untracked()));
        let version = state.saved.with_untracked(|saved| saved.version);
        spawn_local(async move {
            state.finish(client.put(path, version, &form).await, "Saved.");
        });
    };
    let fields = OnboardingForm::FIELDS
        .into_iter()
        .zip(LABELS)
        .zip(OnboardingForm::LONGEST)
        .zip(state.texts)
        .map(|(((name, label), longest), text)| field(state, name, label, longest, text));
    let problem =
        move || state.failure.with(|failure| failure.as_ref().map(reason).unwrap_or_default());
    view! {
        <form class="onboarding-form" novalidate data-test="onboarding-form" on:submit=submit>
            {fields.collect_view()}
            <p class="form-error" role="alert" data-test="onboarding-error">
                {text(problem)}
            </p>
            <p role="status" data-test="onboarding-outcome">
                {text(move || state.outcome.get().to_owned())}
            </p>
            <div class="onboarding-actions">
                <button
                    class="button primary"
                    data-test="save-onboarding"
                    aria-disabled=attribute(move || state.busy.get().then_some("true"))
                >
                    {save}
                </button>
                {children.map(|children| children())}
            </div>
        </form>
    }
}

fn field(
    state: FormState,
    name: &'static str,
    label: &'static str,
    longest: usize,
    value: RwSignal<String>,
) -> impl IntoView {
    let advice = move || {
        state.failure.with(|failure| {
            failure.as_ref().map(|failure| failure.field_advice(name)).unwrap_or_default()
        })
    };
    let wrong = format!("{name}-wrong");
    let invalid = attribute(move || (!advice().is_empty()).then_some("true"));
    let control = if name == "equipment" {
        let option = move |word: &'static str| {
            view! { <option value=word prop:selected=flag(move || *value.read() == word)>{shown(name, word)}</option> }
        };
        let words = [""].into_iter().chain(Equipment::ALL.map(Equipment::as_str));
        view! {
            <select id=name class="input" data-test=name aria-describedby=wrong.clone() aria-invalid=invalid on:change=move |event| value.set(event_target_value(&event))>
                {words.map(option).collect_view()}
            </select>
        }
        .into_any()
    } else {
        let kind = if name.ends_with("phone") { "tel" } else { "text" };
        view! {
            <input
                id=name
                class="input"
                type=kind
                maxlength=longest.to_string()
                data-test=name
                aria-describedby=wrong.clone()
                aria-invalid=invalid
                prop:value=text(move || value.get())
                on:input=move |event| value.set(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {control}
            <p id=wrong class="field-error">
                {text(advice)}
            </p>
        </div>
    }
}

/// The value of a field as the pages show it.
pub(crate) fn shown(name: &str, value: &str) -> String {
    if name != "equipment" {
        return value.to_owned();
    }
    match value.parse() {
        Ok(Equipment::LightLaptop) => "Light laptop",
        Ok(Equipment::PowerfulLaptop) => "Powerful laptop",
        Ok(Equipment::Desktop) => "Desktop computer",
        Err(_) => "No preference",
    }
    .to_owned()
}

/// The text for a request that failed.
pub(crate) fn reason(failure: &Failure) -> String {
    match failure.code() {
        Some(Code::InvalidField) => "Nothing was saved. Correct the marked fields.".to_owned(),
        Some(Code::StaleVersion | Code::PreconditionRequired) => {
            "Nothing was saved, because this form was changed in another tab. Reload the page to see it."
                .to_owned()
        }
        Some(Code::NotFound) => {
            "The saved form no longer exists. Save again to keep what you see here.".to_owned()
        }
        _ => format!("Nothing was saved. {}", failure.advice()),
    }
}
