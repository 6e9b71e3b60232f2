//! The session settings of the company, for its HR admins.

use api_types::{Code, SessionSettings, paths};
use domain::SessionPolicy;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    client::{Client, Failure},
    components::{remote_card::card_of, settings_tabs::SettingsTabs, step_up::StepUp},
    reactive::{flag, reactive_view},
    remote::{Remote, StaleWhileLoading},
    return_path::SETTINGS,
    session::Viewer,
    title::use_title,
};

/// The page with the session policy of the company.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    use_title(|| "Session settings".to_owned());
    let settings = Remote::<SessionSettings>::new(StaleWhileLoading::Old, || {
        Some(paths::SESSION_SETTINGS.to_owned())
    });
    let body = card_of(settings, |settings| view! { <Policies now=settings.policy /> }.into_any());
    view! {
        <div class="page-head">
            <div>
                <h1>"Session settings"</h1>
                <p>"How long people at your company stay signed in. A change applies at their next click, on every device."</p>
            </div>
        </div>
        <SettingsTabs here=SETTINGS />
        {body}
    }
}

/// What the page says about a policy: its name, and what it means for people.
const fn words(policy: SessionPolicy) -> (&'static str, &'static str) {
    match policy {
        SessionPolicy::Standard => (
            "Standard",
            "People are signed out after 2 hours without use, and after 24 hours in any case. Devices may stay signed in for 30 days. Links from other sites open signed in.",
        ),
        SessionPolicy::Strict => (
            "Strict",
            "People are signed out after 30 minutes without use, and after 8 hours in any case. No device stays signed in. Other applications ask for the password each time.",
        ),
    }
}

#[component]
fn Policies(
    /// The policy that is in force.
    now: SessionPolicy,
) -> impl IntoView {
    let (client, viewer) = (expect_context::<Client>(), expect_context::<Viewer>());
    let (chosen, saved) = (RwSignal::new(now), RwSignal::new(now));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let step_up = RwSignal::new(false);
    let save = move || {
        busy.set(true);
        failed.set(None);
        let policy = chosen.get_untracked();
        spawn_local(async move {
            let new = SessionSettings { policy };
            match client.put::<SessionSettings>(paths::SESSION_SETTINGS, None, &new).await {
                Ok(settings) => {
                    saved.set(settings.policy);
                    // The session of this user has other limits now.
                    if let Ok(session) = client.session().await {
                        viewer.welcome(session);
                    }
                }
                Err(failure) if failure.code() == Some(Code::StepUpRequired) => step_up.set(true),
                Err(failure) => failed.set(Some(failure)),
            }
            busy.set(false);
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save();
    };
    let done = Callback::new(move |()| save());
    let choice = move |policy: SessionPolicy| {
        let (name, meaning) = words(policy);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="policy"
                    value=policy.as_str()
                    checked=policy == now
                    on:change=move |_| chosen.set(policy)
                />
                <span>
                    <b>{name}</b>
                    <small>{meaning}</small>
                </span>
            </label>
        }
    };
    let outcome = move || {
        if let Some(failure) = failed.get() {
            let text = format!("The policy was not changed. {}", failure.advice());
            return view! { <p class="form-error" role="alert">{text}</p> }.into_any();
        }
        let text = format!("In force: {}.", words(saved.get()).0);
        view! { <p role="status" data-test="policy-in-force">{text}</p> }.into_any()
    };
    view! {
        <form class="card" data-test="session-settings" on:submit=submit>
            <fieldset class="choices">
                <legend class="visually-hidden">"Session policy"</legend>
                {SessionPolicy::ALL.map(choice).collect_view()}
            </fieldset>
            <div class="card-foot">
                {reactive_view(outcome)}
                <button
                    type="submit"
                    class="button primary"
                    data-test="save-policy"
                    disabled=flag(move || busy.get() || chosen.get() == saved.get())
                >
                    "Save"
                </button>
            </div>
        </form>
        <StepUp open=step_up done />
    }
}
