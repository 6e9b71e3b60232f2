//! The company picker on the bare host: the companies of the demonstration, or a form that asks for the company's name.

mod company_card;
mod company_form;

use api_types::{Companies, CompanyPublicData, paths};
use leptos::prelude::*;

use crate::{
    client::Failure,
    components::{error_state::ErrorState, theme_switch::ThemeSwitch},
    reactive::reactive_view,
    remote::{Phase, Remote, StaleWhileLoading},
    skeleton::{Skeleton, SkeletonKind},
    text::number_word,
    title::use_title,
};
use company_card::CompanyCard;
use company_form::CompanyForm;

/// The page of the company picker.
#[component]
pub(crate) fn Picker() -> impl IntoView {
    use_title(|| "Choose a company".to_owned());
    let companies =
        Remote::<Companies>::new(StaleWhileLoading::Old, || Some(paths::COMPANIES.to_owned()));
    let retry = Callback::new(move |()| companies.retry());
    let failure =
        move || companies.failure().get().filter(|_| companies.phase().get() == Phase::Failed);
    let body = move || match (failure(), companies.value.get()) {
        (Some(failure), _) if is_no_demonstration(&failure) => view! { <CompanyForm /> }.into_any(),
        (Some(failure), _) => view! {
            <div class="card">
                <ErrorState failure retry />
            </div>
        }
        .into_any(),
        (None, Some(companies)) if companies.items.is_empty() => {
            view! { <CompanyForm /> }.into_any()
        }
        (None, Some(companies)) => demonstration(companies.items).into_any(),
        (None, None) => view! { <Skeleton of=SkeletonKind::Picker /> }.into_any(),
    };
    view! {
        <main id="main" tabindex="-1" class="picker">
            <div class="brand">
                <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                    <use href="#i-mark" />
                </svg>
                "Watertight"
                <ThemeSwitch />
            </div>
            {reactive_view(body)}
        </main>
    }
}

/// Whether the server is not a demonstration: it then keeps its companies private, and the API replies with `not_found`.
fn is_no_demonstration(failure: &Failure) -> bool {
    failure.code() == Some(api_types::Code::NotFound)
}

fn demonstration(companies: Vec<CompanyPublicData>) -> impl IntoView {
    let title = format!("{} companies. One database. Nothing leaks.", number_word(companies.len()));
    view! {
        <h1>{title}</h1>
        <p class="lead">
            "Each company has its own address, people and colour. Sign in with any account below and look for a person of another company. Then try the next account."
        </p>
        <ul class="company-cards">
            {companies
                .into_iter()
                .map(|company| {
                    view! {
                        <li>
                            <CompanyCard company />
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
