//! E-mail and password.

use api_types::NewSession;
use domain::Email;
use leptos::{ev::SubmitEvent, html, prelude::*};

use super::attempt::Attempt;
use crate::{changing::changing, parts::error_state::count_down};

/// E-mail and password.
#[component]
pub(super) fn SignInForm(
    /// Signs in.
    attempt: Attempt,
) -> impl IntoView {
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let (odd_email, no_password) = (RwSignal::new(false), RwSignal::new(false));
    let shown = RwSignal::new(false);
    Effect::new(move |_| {
        attempt.wait.track();
        count_down(attempt.wait);
    });
    // After a refusal the next thing to do is to type the password again.
    Effect::new(move |_| {
        if attempt.refused.read().is_some() {
            if let Some(password) = password.get() {
                password.select();
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(email), Some(password)) = (email.get(), password.get()) else { return };
        let parsed = email.value().parse::<Email>();
        odd_email.set(parsed.is_err());
        no_password.set(password.value().is_empty());
        match parsed {
            // Fails only for an element that is no longer in the page.
            Err(_) => drop(email.focus()),
            Ok(_) if password.value().is_empty() => drop(password.focus()),
            Ok(parsed) => attempt.with(NewSession { email: parsed.into(), password: password.value() }),
        }
    };
    let label = move || match (attempt.busy.get(), attempt.wait.get()) {
        (true, _) => "Signing in …".to_owned(),
        (false, 0) => "Sign in".to_owned(),
        (false, seconds) => format!("Wait {seconds} s"),
    };
    view! {
        <form class="sign-in-form" novalidate on:submit=submit>
            <p class="form-error" role="alert" data-test="sign-in-error">
                {attempt.refused}
            </p>
            <div class="field">
                <label for="email">"Work e-mail"</label>
                <input
                    id="email"
                    class="input"
                    type="email"
                    node_ref=email
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="254"
                    aria-describedby="email-wrong"
                    aria-invalid=changing(move || odd_email.get().then_some("true"))
                    data-test="email"
                />
                <p id="email-wrong" class="field-error">
                    {changing(move || odd_email.get().then_some("An e-mail address looks like name@company.example."))}
                </p>
            </div>
            <div class="field">
                <label for="password">"Password"</label>
                <div class="affixed">
                    <input
                        id="password"
                        class="input"
                        type=changing(move || if shown.get() { "text" } else { "password" })
                        node_ref=password
                        autocomplete="current-password"
                        maxlength="256"
                        aria-describedby="password-wrong"
                        aria-invalid=changing(move || no_password.get().then_some("true"))
                        data-test="password"
                    />
                    <button
                        type="button"
                        class="affix"
                        aria-pressed=changing(move || if shown.get() { "true" } else { "false" })
                        aria-controls="password"
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {changing(move || if shown.get() { "Hide" } else { "Show" })}
                    </button>
                </div>
                <p id="password-wrong" class="field-error">
                    {changing(move || no_password.get().then_some("Enter your password."))}
                </p>
            </div>
            <button class="button primary" data-test="sign-in-submit" disabled=changing(move || attempt.busy.get() || attempt.wait.get() != 0)>
                {changing(label)}
            </button>
        </form>
    }
}
