//! The onboarding form before signing in: a draft that this device keeps for 24 hours.

use api_types::{CompanyPublicData, Onboarding, paths};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    client::Client,
    components::{
        company_mark::CompanyMark,
        onboarding_form::{FormState, OnboardingFields},
        remote_card::card_of,
    },
    host::Host,
    reactive::{attribute, text},
    remote::{Remote, StaleWhileLoading},
    return_path::{ONBOARDING, sign_in_then},
    text::Local,
    title::use_title,
};

/// The page on which a new hire begins the onboarding form.
#[component]
pub(crate) fn Welcome() -> impl IntoView {
    let company = Remote::<CompanyPublicData>::new(StaleWhileLoading::Old, || {
        Some(paths::COMPANY.to_owned())
    });
    let draft = Remote::<Onboarding>::new(StaleWhileLoading::Old, || Some(paths::DRAFT.to_owned()));
    let name = Memo::new(move |_| {
        company.value.with(|company| company.as_ref().map(|company| company.name.clone()))
    });
    let title = move || {
        name.get().map_or_else(|| "Welcome".to_owned(), |name| format!("Welcome to {name}"))
    };
    use_title(title);
    let body = card_of(draft, |draft| view! { <Draft draft /> }.into_any());
    view! {
        <main id="main" tabindex="-1" class="sign-in">
            <div class="card sign-in-card" data-test="welcome">
                <div class="sign-in-head">
                    <CompanyMark name=Signal::derive(move || name.get().unwrap_or_default()) />
                    <div>
                        <h1>{text(title)}</h1>
                        <p class="host">{expect_context::<Host>().name()}</p>
                    </div>
                </div>
                <p>"You can fill in your onboarding form before you sign in. This device keeps it as a draft for 24 hours. When you sign in here, you can move the draft to your account."</p>
                <a class="sign-in-link" href=sign_in_then(ONBOARDING) data-test="to-sign-in">
                    "Sign in"
                </a>
            </div>
            <div class="welcome-draft">{body}</div>
        </main>
    }
}

#[component]
fn Draft(
    /// The draft as it was loaded; empty if there is none.
    draft: Onboarding,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let state = FormState::of(draft);
    let is_saved = move || state.saved.read().version.is_some();
    let kept = move || match state.saved.read().expires_at {
        Some(end) => format!(
            "The draft will be deleted at this time: {}. Until then, everyone who uses this browser can read it.",
            Local::at(end).seen_from(Local::now())
        ),
        None => String::new(),
    };
    let delete = move |_| {
        if !is_saved() || !state.begin() {
            return;
        }
        spawn_local(async move {
            let deleted = client.delete(paths::DRAFT).await.map(|()| Onboarding::default());
            if deleted.is_ok() {
                state.clear();
            }
            state.finish(deleted, "The draft was deleted.");
        });
    };
    view! {
        <div class="card" data-test="draft">
            <OnboardingFields state path=paths::DRAFT save="Save draft">
                <button
                    type="button"
                    class="button quiet"
                    data-test="delete-draft"
                    aria-disabled=attribute(move || (!is_saved() || state.busy.get()).then_some("true"))
                    on:click=delete
                >
                    "Delete draft"
                </button>
            </OnboardingFields>
            <p class="draft-end" data-test="draft-end">
                {text(kept)}
            </p>
        </div>
    }
}
