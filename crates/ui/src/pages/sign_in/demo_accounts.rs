//! A sign-in button for each demo account.

use api_types::{CompanyPublicData, DemoAccount};
use leptos::prelude::*;

use super::attempt::Attempt;
use crate::{
    components::icon::{Icon, Shape},
    reactive::reactive_view,
    text::{role_label, role_sees},
};

/// A sign-in button for each demo account; empty if the server is not a demonstration.
#[component]
pub(super) fn DemoAccounts(
    /// The company; `None` until it is loaded.
    company: RwSignal<Option<CompanyPublicData>>,
    /// The attempt that a click starts.
    attempt: Attempt,
) -> impl IntoView {
    let entrance = move |account: DemoAccount| {
        let test = format!("demo-{}", account.role.as_str());
        let (role, name) = (account.role, account.name.clone());
        view! {
            <li>
                <button type="button" class="entrance" data-test=test disabled=attempt.busy on:click=move |_| attempt.sign_in_demo(&account)>
                    <span>
                        <b>{role_label(role)}</b>
                        <small>{role_sees(role)}</small>
                    </span>
                    <span class="entrance-name">{name}</span>
                    <Icon shape=Shape::Forward />
                </button>
            </li>
        }
    };
    reactive_view(move || {
        let accounts = company
            .with(|company| company.as_ref().map(|company| company.demo_accounts.clone()))
            .unwrap_or_default();
        (!accounts.is_empty()).then(|| {
            view! {
                <div class="demo-accounts">
                    <h2>"Or sign in as"</h2>
                    <ul class="entrances">{accounts.into_iter().map(entrance).collect_view()}</ul>
                </div>
            }
        })
    })
}
