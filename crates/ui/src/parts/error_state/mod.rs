//! What is shown in the place of something that could not be read.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    changing::{effect, flag, text},
    client::Failure,
    parts::icon::{Icon, Shape},
};

/// What happened, what to do, a way to try again and the id to tell the people who run the server.
#[component]
pub(crate) fn ErrorState(
    /// What happened.
    failure: Failure,
    /// Tries again.
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

/// Takes one off after every second until nothing is left: the server asked to be left alone so long.
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
