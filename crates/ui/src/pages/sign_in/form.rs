//! The sign-in form: e-mail address and password.

use api_types::NewSession;
use leptos::{ev::SubmitEvent, html, prelude::*};

use super::attempt::Attempt;
use crate::{
    components::error_state::count_down,
    reactive::{attribute, effect, flag, reactive_view, text},
};

/// The sign-in form, with the text of the last refusal.
#[component]
pub(super) fn SignInForm(
    /// The attempt that the form starts.
    attempt: Attempt,
    /// Whether the company lets devices stay signed in.
    remembers_devices: Memo<bool>,
) -> impl IntoView {
    let remember_me = RwSignal::new(false);
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let (wrong_email, no_password) = (RwSignal::new(""), RwSignal::new(false));
    let shown = RwSignal::new(false);
    count_down(attempt.wait);
    // After a refusal the password is selected, so that the user can type it again.
    effect(move || {
        if let (false, Some(password)) = (attempt.error_text.read().is_empty(), password.get()) {
            password.select();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(email), Some(password)) = (email.get(), password.get()) else { return };
        let account = NewSession {
            email: email.value().trim().to_owned(),
            password: password.value(),
            remember_me: remember_me.get_untracked(),
        };
        wrong_email.set(advice_on_email(&account.email));
        no_password.set(account.password.is_empty());
        // Focusing fails only for an element that is no longer in the page.
        if !wrong_email.get_untracked().is_empty() {
            let _ = email.focus();
        } else if no_password.get_untracked() {
            let _ = password.focus();
        } else {
            attempt.sign_in(account);
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
                {attempt.error_text}
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
                    aria-invalid=attribute(move || (!wrong_email.get().is_empty()).then_some("true"))
                    data-test="email"
                />
                <p id="email-wrong" class="field-error">
                    {text(move || wrong_email.get().into())}
                </p>
            </div>
            <div class="field">
                <label for="password">"Password"</label>
                <div class="affixed">
                    <input
                        id="password"
                        class="input"
                        type=attribute(move || Some(if shown.get() { "text" } else { "password" }))
                        node_ref=password
                        autocomplete="current-password"
                        maxlength="256"
                        aria-describedby="password-wrong"
                        aria-invalid=attribute(move || no_password.get().then_some("true"))
                        data-test="password"
                    />
                    <button
                        type="button"
                        class="affix"
                        aria-pressed=attribute(move || Some(if shown.get() { "true" } else { "false" }))
                        aria-controls="password"
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {text(move || if shown.get() { "Hide".into() } else { "Show".into() })}
                    </button>
                </div>
                <p id="password-wrong" class="field-error">
                    {text(move || if no_password.get() { "Enter your password.".into() } else { String::new() })}
                </p>
            </div>
            <RememberMe remembers_devices remember_me />
            <button class="button primary" data-test="sign-in-submit" disabled=flag(move || attempt.busy.get() || attempt.wait.get() != 0)>
                {text(label)}
            </button>
        </form>
    }
}

/// The choice to stay signed in, if the company lets devices stay signed in.
#[component]
fn RememberMe(
    /// Whether the company lets devices stay signed in.
    remembers_devices: Memo<bool>,
    /// Whether the user chose it.
    remember_me: RwSignal<bool>,
) -> impl IntoView {
    reactive_view(move || {
        remembers_devices.get().then(|| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        data-test="remember-me"
                        on:change=move |event| remember_me.set(event_target_checked(&event))
                    />
                    "Stay signed in on this device for 30 days"
                </label>
            }
        })
    })
}

/// What to change in the address; empty if nothing is wrong with it. Catches typing mistakes only; the server validates the address.
fn advice_on_email(text: &str) -> &'static str {
    match text.split_once('@') {
        _ if text.is_empty() => "Enter your work e-mail address.",
        Some((name, host)) if !name.is_empty() && !host.is_empty() => "",
        _ => "This is not an e-mail address. Enter one such as name@company.example.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_address_is_detected() {
        assert_eq!(advice_on_email("amara.okafor@acme.example"), "");
        assert_eq!(advice_on_email(""), "Enter your work e-mail address.");
        for odd in ["amara", "@acme.example", "amara@"] {
            assert!(advice_on_email(odd).contains("name@company.example"), "{odd}");
        }
    }
}
