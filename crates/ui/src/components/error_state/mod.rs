//! Shown in place of content that could not be loaded.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    client::Failure,
    components::icon::{Icon, Shape},
    reactive::{effect, flag, text},
};

/// Shows what happened, what to do, a button to try again, and the request's id for the operators of the server.
#[component]
pub(crate) fn ErrorState(
    /// The failure to show.
    failure: Failure,
    /// Called when the user tries again.
    retry: Callback<()>,
    /// Another way out, if there is one: a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let wait = RwSignal::new(failure.retry_after());
    count_down(wait);
    let can_help = !failure.is_the_links_fault();
    let label = move || match wait.get() {
        0 => "Try again".to_owned(),
        seconds => format!("Try again in {seconds} s"),
    };
    view! {
        <div class="state failed" role="alert" data-test="error">
            <span class="state-icon">
                <Icon shape=Shape::Warning />
            </span>
            <h2>{failure.headline()}</h2>
            <p>{failure.advice()}</p>
            <div class="state-actions">
                {can_help
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                data-test="retry"
                                disabled=flag(move || wait.get() != 0)
                                on:click=move |_| retry.run(())
                            >
                                {text(label)}
                            </button>
                        }
                    })} {children.map(|children| children())}
            </div>
            {failure
                .request_id()
                .map(|id| {
                    view! {
                        <p class="request-id">
                            "Request "<span data-test="request-id">{id.to_owned()}</span>
                        </p>
                    }
                })}
        </div>
    }
}

/// Counts `wait` down to 0, by one each second. The server asked for this time without requests (`Retry-After`).
pub(crate) fn count_down(wait: RwSignal<u32>) {
    effect(move || {
        if wait.get() == 0 {
            return;
        }
        let tick = move || wait.update(|seconds| *seconds = seconds.saturating_sub(1));
        if let Ok(ticking) = set_timeout_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
}
