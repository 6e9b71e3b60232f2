//! A card with a value from the server, in all of its phases.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::{
    components::error_state::ErrorState,
    reactive::{Reactive, reactive_view},
    remote::{Phase, Remote},
    skeleton::{Skeleton, SkeletonKind},
};

/// Shows a skeleton while the value is loading, the failure with a button to try again, or the value as `ready` shows it.
pub(crate) fn card_of<T: Clone + DeserializeOwned + Send + Sync + 'static>(
    remote: Remote<T>,
    ready: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> Reactive<AnyView> {
    reactive_view(move || match remote.phase().get() {
        Phase::Loading => view! { <Skeleton of=SkeletonKind::Card /> }.into_any(),
        Phase::Failed => reactive_view(move || {
            let retry = Callback::new(move |()| remote.retry());
            remote.failure().get().map(|failure| {
                view! {
                    <div class="card">
                        <ErrorState failure retry />
                    </div>
                }
            })
        })
        .into_any(),
        Phase::Ready => reactive_view(move || remote.value.get().map(ready)).into_any(),
    })
}
