//! The onboarding form of the signed-in user. After the account has adopted a draft, the page asks first whether to use the draft.

mod decision;

use api_types::{Onboarding, paths};
use leptos::prelude::*;

use crate::{
    components::{
        onboarding_form::{FormState, OnboardingFields},
        remote_card::card_of,
    },
    reactive::text,
    remote::{Remote, StaleWhileLoading},
    session::Viewer,
    title::use_title,
};
use decision::Decision;

/// The page with the onboarding form of the user.
#[component]
pub(crate) fn OnboardingPage() -> impl IntoView {
    use_title(|| "Onboarding form".to_owned());
    let viewer = expect_context::<Viewer>();
    let onboarding =
        Remote::<Onboarding>::new(StaleWhileLoading::Old, || Some(paths::ONBOARDING.to_owned()));
    let outcome = RwSignal::new("");
    let decided = Callback::new(move |text| {
        outcome.set(text);
        viewer.has_decided();
        onboarding.retry();
    });
    let body = card_of(onboarding, move |loaded| {
        if let Some(draft) = loaded.draft.clone() {
            return view! { <Decision loaded draft decided /> }.into_any();
        }
        let state = FormState::of(loaded);
        view! {
            <div class="card">
                <OnboardingFields state path=paths::ONBOARDING save="Save" />
            </div>
        }
        .into_any()
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Onboarding form"</h1>
                <p>"What your company needs to know before your first day. Every field may stay empty, and your colleagues do not see the form."</p>
            </div>
        </div>
        <p class="page-note draft-outcome" role="status" data-test="draft-outcome">
            {text(move || outcome.get().to_owned())}
        </p>
        {body}
    }
}
