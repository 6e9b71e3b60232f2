//! Asks whether the adopted draft is used or discarded, and shows how it differs from the saved form.

use api_types::{Onboarding, OnboardingForm, paths};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::onboarding_form::{LABELS, reason, shown},
    reactive::{attribute, text},
};

/// The fields in which the draft differs from the saved form, and the two choices.
#[component]
pub(super) fn Decision(
    /// The saved form and its version.
    loaded: Onboarding,
    /// The draft that the account has adopted.
    draft: OnboardingForm,
    /// Called after the decision, with a text about it.
    decided: Callback<&'static str>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(String::new()));
    let version = loaded.version;
    let rows = differences(&loaded.form, &draft);
    // A field that the draft leaves empty stays as it is.
    let used = draft.filled_from(loaded.form);
    let begin = move || !busy.get_untracked() && busy.try_set(true).is_none();
    let finish = move |result: Result<(), Failure>, outcome| match result {
        Ok(()) => decided.run(outcome),
        Err(failure) => {
            problem.try_set(reason(&failure));
            busy.try_set(false);
        }
    };
    let accept = move |_| {
        if begin() {
            let used = used.clone();
            spawn_local(async move {
                let saved = client.put::<Onboarding>(paths::ONBOARDING, version, &used).await;
                finish(saved.map(drop), "The draft is now part of your form.");
            });
        }
    };
    let discard = move |_| {
        if begin() {
            spawn_local(async move {
                let discarded = client.delete_version(paths::ADOPTED_DRAFT, version).await;
                finish(discarded, "The draft was discarded.");
            });
        }
    };
    let disabled = move || attribute(move || busy.get().then_some("true"));
    view! {
        <div class="card onboarding-form" data-test="draft-decision">
            <h2>"A draft was begun on this device"</h2>
            <p>"It was saved here before you signed in. Use it only if it is yours: another person may have begun it."</p>
            {rows}
            <p class="form-error" role="alert">
                {text(move || problem.get())}
            </p>
            <div class="onboarding-actions">
                <button type="button" class="button primary" data-test="use-draft" aria-disabled=disabled() on:click=accept>
                    "Use the draft"
                </button>
                <button type="button" class="button" data-test="discard-draft" aria-disabled=disabled() on:click=discard>
                    "Discard the draft"
                </button>
            </div>
        </div>
    }
}

/// A table of the fields that the draft would change.
fn differences(own: &OnboardingForm, draft: &OnboardingForm) -> AnyView {
    let rows: Vec<_> = OnboardingForm::FIELDS
        .into_iter()
        .zip(LABELS)
        .zip(own.clone().texts().into_iter().zip(draft.clone().texts()))
        .filter(|(_, (own, draft))| !draft.is_empty() && own != draft)
        .map(|((name, label), (own, draft))| {
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{shown(name, &own)}</td>
                    <td>{shown(name, &draft)}</td>
                </tr>
            }
        })
        .collect();
    if rows.is_empty() {
        return view! { <p>"The draft changes nothing in your form."</p> }.into_any();
    }
    view! {
        <table class="draft-table" data-test="draft-differences">
            <thead>
                <tr>
                    <th scope="col">"Field"</th>
                    <th scope="col">"Your form"</th>
                    <th scope="col">"Draft"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
