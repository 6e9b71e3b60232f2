//! The sign-in page of one company: with a password, or with one click as a demo account.

mod attempt;
mod demo_accounts;
mod form;

use api_types::{CompanyPublicData, paths};
use domain::Role;
use leptos::prelude::*;
use leptos_router::{hooks::use_url, location::Url};

use crate::{
    colour,
    components::{company_mark::CompanyMark, error_state::ErrorState, theme_switch::ThemeSwitch},
    host::Host,
    reactive::{effect, reactive_view, text},
    remote::{Phase, Remote, StaleWhileLoading},
    return_path::WELCOME,
    session::Viewer,
    skeleton::{Skeleton, SkeletonKind},
    title::use_title,
};
use attempt::Attempt;
use demo_accounts::DemoAccounts;
use form::SignInForm;

/// The sign-in page of one company. The parameter `as` names a role, and its demo account is signed in at once.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let company = Remote::<CompanyPublicData>::new(StaleWhileLoading::Old, || {
        Some(paths::COMPANY.to_owned())
    });
    let attempt = Attempt::new();
    let wanted = query_parameter(&use_url().read_untracked(), "as")
        .and_then(|role| role.parse::<Role>().ok());
    let name = Memo::new(move |_| {
        company.value.with(|company| company.as_ref().map(|company| company.name.clone()))
    });
    let remembers_devices = Memo::new(move |_| {
        company.value.with(|company| company.as_ref().is_some_and(|one| one.remembers_devices))
    });
    let next = query_parameter(&use_url().read_untracked(), "next").unwrap_or_default();
    // A user whose session has just ended on this page was away; and an application may ask that the user signs in again.
    let must_enter_password =
        expect_context::<Viewer>().was_here() || next.contains("signed_in_after=");
    if wanted.is_none() && !must_enter_password {
        attempt.resume();
    }
    let title = move || {
        name.get().map_or_else(|| "Sign in".to_owned(), |name| format!("Sign in to {name}"))
    };
    use_title(title);
    let mut already = false;
    effect(move || {
        let Some(company) = company.value.get() else { return };
        colour::paint(&company.slug);
        let account =
            company.demo_accounts.into_iter().find(|account| Some(account.role) == wanted);
        if let (Some(account), false) = (account, already) {
            attempt.sign_in_demo(&account);
        }
        already = true;
    });
    let phase = company.phase();
    let body = move || match (phase.get(), !attempt.demo_role.read().is_empty()) {
        (Phase::Failed, _) => view! { <Failed company /> }.into_any(),
        (_, true) => view! { <SigningIn role=attempt.demo_role.get() /> }.into_any(),
        (Phase::Loading, false) => view! { <Skeleton of=SkeletonKind::SignIn /> }.into_any(),
        (Phase::Ready, false) if attempt.resuming.get() => {
            view! { <Skeleton of=SkeletonKind::SignIn /> }.into_any()
        }
        (Phase::Ready, false) => view! {
            <SignInForm attempt remembers_devices />
            <NewHire />
            <DemoAccounts company=company.value attempt />
        }
        .into_any(),
    };
    let host = expect_context::<Host>();
    view! {
        <main id="main" tabindex="-1" class="sign-in">
            <div class="card sign-in-card" data-test="sign-in">
                <div class="sign-in-head">
                    <CompanyMark name=Signal::derive(move || name.get().unwrap_or_default()) />
                    <div>
                        <h1>{text(title)}</h1>
                        <p class="host">{host.name()}</p>
                    </div>
                </div>
                {reactive_view(body)}
            </div>
            <div class="sign-in-foot">
                <a href=host.picker() data-test="to-picker">
                    "Choose another company"
                </a>
                <ThemeSwitch />
            </div>
        </main>
    }
}

/// A link for people who have no password yet.
#[component]
fn NewHire() -> impl IntoView {
    view! {
        <p class="host">
            "New here? You can "
            <a class="sign-in-link" href=WELCOME data-test="to-welcome">
                "fill in the onboarding form"
            </a>
            " before you sign in."
        </p>
    }
}

#[component]
fn Failed(
    /// The company that could not be loaded.
    company: Remote<CompanyPublicData>,
) -> impl IntoView {
    let retry = Callback::new(move |()| company.retry());
    reactive_view(move || {
        company.failure().get().map(|failure| view! { <ErrorState failure retry /> })
    })
}

/// Shown after a click on a demo account, while the server checks its password.
#[component]
fn SigningIn(
    /// The role of the account.
    role: String,
) -> impl IntoView {
    view! {
        <p class="coming-in" role="status" data-test="coming-in">
            <span class="spinner" aria-hidden="true"></span>
            {format!("Signing in as {role} …")}
        </p>
    }
}

/// The value of a parameter of the URL's query, if it is there.
fn query_parameter(url: &Url, name: &str) -> Option<String> {
    form_urlencoded::parse(url.search().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
