//! One company of the demonstration, with a sign-in link for each role.

use api_types::{CompanyPublicData, DemoAccount};
use leptos::prelude::*;

use crate::{
    colour::{COMPANY_HUE, company_hue},
    components::{
        company_mark::CompanyMark,
        icon::{Icon, Shape},
    },
    text::{people, role_label, role_sees},
};

/// A card with the company's name and address, a sign-in link for each demo account, and the number of people.
#[component]
pub(super) fn CompanyCard(
    /// The company to show.
    company: CompanyPublicData,
) -> impl IntoView {
    let address = company
        .origin
        .split_once("//")
        .map_or(company.origin.as_str(), |(_, host)| host)
        .to_owned();
    let headcount =
        company.headcount.map(|count| view! { <span class="headcount">{people(count)}</span> });
    let origin = company.origin.clone();
    let entrance = move |account: DemoAccount| {
        view! {
            <li>
                <a class="entrance" href=format!("{origin}/sign-in?as={}", account.role.as_str()) data-test=format!("demo-{}", account.role.as_str())>
                    <span>
                        <b>{role_label(account.role)}</b>
                        <small>{role_sees(account.role)}</small>
                    </span>
                    <span class="entrance-name">{account.name}</span>
                    <Icon shape=Shape::Forward />
                </a>
            </li>
        }
    };
    view! {
        <div
            class="card company-card"
            data-test="company-card"
            data-company=company.slug.to_string()
            style=(COMPANY_HUE, company_hue(&company.slug))
        >
            <div class="who">
                <CompanyMark name=company.name.clone() />
                <div>
                    <h2>{company.name.clone()}</h2>
                    <small>{address}</small>
                </div>
            </div>
            <ul class="entrances">{company.demo_accounts.into_iter().map(entrance).collect_view()}</ul>
            <p class="company-foot">
                <a class="with-password" href=format!("{}/sign-in", company.origin)>
                    "Sign in with a password"
                </a>
                {headcount}
            </p>
        </div>
    }
}
