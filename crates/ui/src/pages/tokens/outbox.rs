//! The outbox: a demonstration sends no mail, so the HR admin can read it here.

use api_types::{Code, Outbox as Mails, OutboxMail, paths};
use leptos::{ev::Event, html, prelude::*};

use crate::{
    components::{
        empty_state::EmptyState,
        error_state::ErrorState,
        icon::{Icon, Shape},
    },
    reactive::reactive_view,
    remote::{Phase, Remote, StaleWhileLoading},
    text::Local,
};

/// The outbox. It is loaded when the user opens it.
#[component]
pub(super) fn Outbox() -> impl IntoView {
    let opened = RwSignal::new(false);
    let details = NodeRef::<html::Details>::new();
    let toggle = move |_: Event| {
        if details.get_untracked().is_some_and(|details| details.open()) {
            opened.set(true);
        }
    };
    let mails = Remote::<Mails>::new(StaleWhileLoading::Old, move || {
        opened.get().then(|| paths::OUTBOX.to_owned())
    });
    let body = move || {
        match mails.phase().get() {
        Phase::Loading => view! { <p class="skeleton block" aria-hidden="true"></p> }.into_any(),
        Phase::Failed => reactive_view(move || mails.failure().get().map(|failure| {
            if failure.code() == Some(Code::NotFound) {
                return view! { <p>"Only a demonstration has an outbox. This installation sends real mail."</p> }.into_any();
            }
            let retry = Callback::new(move |()| mails.retry());
            view! { <ErrorState failure retry /> }.into_any()
        })).into_any(),
        Phase::Ready => reactive_view(move || mails.value.get().map(|mails| list(mails.items))).into_any(),
    }
    };
    view! {
        <details class="card token-section outbox" node_ref=details on:toggle=toggle data-test="outbox">
            <summary>
                <Icon shape=Shape::Mail />
                "Outbox"
                <small>"mail that a demonstration does not send"</small>
            </summary>
            {reactive_view(body)}
            <button type="button" class="button" data-test="outbox-again" on:click=move |_| mails.retry()>
                "Check again"
            </button>
        </details>
    }
}

fn list(mails: Vec<OutboxMail>) -> AnyView {
    if mails.is_empty() {
        return view! {
            <EmptyState
                shape=Shape::Mail
                title="No mail"
                detail="When a colleague asks for a new password, the mail with the code appears here. A demonstration sends no mail."
            >
                ""
            </EmptyState>
        }
        .into_any();
    }
    let mail = |mail: OutboxMail| {
        view! {
            <li data-test="mail">
                <b>{mail.subject}</b>
                <small>{format!("to {}, {}", mail.to, Local::at(mail.written_at).seen_from(Local::now()))}</small>
                <p>{mail.body}</p>
            </li>
        }
    };
    view! { <ul class="mails">{mails.into_iter().map(mail).collect_view()}</ul> }.into_any()
}
