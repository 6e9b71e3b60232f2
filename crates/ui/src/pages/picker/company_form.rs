//! Asks for the company's name and goes to its address.

use domain::{InvalidSlug, TenantSlug};
use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{host::Host, reactive::attribute};

/// A form that asks for the company's name and goes to its sign-in page.
#[component]
pub(super) fn CompanyForm() -> impl IntoView {
    let host = expect_context::<Host>();
    let suffix = host.suffix();
    let name = NodeRef::<html::Input>::new();
    let wrong = RwSignal::new(String::new());
    let go = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get() else { return };
        match parse(&input.value()) {
            Ok(company) => {
                // Fails only for an invalid URL; a URL with a slug is always valid.
                let _ = window().location().set_href(&host.sign_in_of(&company));
            }
            Err(reason) => {
                wrong.set(reason);
                let _ = input.focus();
            }
        }
    };
    view! {
        <h1>"Which company do you work for?"</h1>
        <p class="lead">"Each company has its own address. Enter your company's name as it is written in that address."</p>
        <form class="card company-form" novalidate on:submit=go>
            <label for="company-name">"Company name"</label>
            <div class="affixed">
                <input
                    id="company-name"
                    class="input"
                    node_ref=name
                    autocapitalize="none"
                    autocomplete="organization"
                    spellcheck="false"
                    maxlength="63"
                    aria-describedby="company-name-wrong"
                    aria-invalid=attribute(move || (!wrong.read().is_empty()).then_some("true"))
                    data-test="company-name"
                />
                <span class="affix">{suffix}</span>
            </div>
            <p id="company-name-wrong" class="field-error" role="alert">
                {wrong}
            </p>
            <button class="button primary" data-test="company-go">
                "Go to my company"
            </button>
        </form>
    }
}

/// Reads the name of a company. Capital letters are accepted (`Acme`), although addresses are in lower case.
fn parse(name: &str) -> Result<TenantSlug, String> {
    name.trim().to_ascii_lowercase().parse().map_err(|wrong| match wrong {
        InvalidSlug::Empty => "Enter your company's name, for example acme.".into(),
        InvalidSlug::TooLong => "This name is too long. Enter at most 63 characters.".into(),
        InvalidSlug::Character => {
            "Enter letters, digits and hyphens, as in the address: acme, or north-sea-shipping."
                .into()
        }
        InvalidSlug::OuterHyphen => {
            "A name does not begin or end with a hyphen. Remove it, then try again.".into()
        }
        InvalidSlug::Reserved => {
            "No company can have this name. Ask a colleague for the address.".into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_written_in_capitals() {
        assert_eq!(parse(" Acme ").map(|slug| slug.to_string()), Ok("acme".into()));
    }

    #[test]
    fn an_invalid_host_name_is_refused_with_advice() {
        assert!(parse("Acme Corp").is_err_and(|advice| advice.contains("hyphens")));
        assert!(parse(" ").is_err_and(|advice| advice.starts_with("Enter your company's name")));
        assert!(parse(&"a".repeat(64)).is_err_and(|advice| advice.contains("63 characters")));
        assert!(parse("-acme").is_err_and(|advice| advice.contains("begin or end")));
        assert!(parse("www").is_err_and(|advice| advice.starts_with("No company")));
    }
}
