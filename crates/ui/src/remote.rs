//! A value that is loaded from the server. It is loaded again when its path changes. Outdated requests are cancelled, so replies never arrive out of order.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use web_sys::AbortController;

use crate::{
    client::{Client, Failure, read},
    reactive::effect,
};

/// What to show while the value of a new path is loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StaleWhileLoading {
    /// The old value, for example another page of the same list.
    Old,
    /// Nothing, because the old value belongs to another person.
    Nothing,
}

/// The state of a remote value. An empty value is [`Phase::Ready`] too; the page decides what empty means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing to show yet.
    Loading,
    /// A value to show.
    Ready,
    /// No value; [`Remote::failure`] says why.
    Failed,
}

/// A value that is loaded from the server. A handle: copies refer to the same value.
pub(crate) struct Remote<T: Send + Sync + 'static> {
    /// The value, once there is one.
    pub(crate) value: RwSignal<Option<T>>,
    state: RemoteState,
}

/// The part of a [`Remote`] that does not depend on its type, so that it is compiled only once.
#[derive(Clone, Copy)]
struct RemoteState {
    phase: RwSignal<Phase>,
    failure: RwSignal<Option<Failure>>,
    /// The path to load; `None` loads nothing.
    path: Memo<Option<String>>,
    /// The path that the shown value came from.
    from: RwSignal<String>,
    reload_count: RwSignal<u32>,
    shown: StoredValue<Option<Arc<str>>>,
    show: StoredValue<Show>,
}

/// Reads a body into the value, or clears the value.
type Show = Box<dyn Fn(Option<&str>) -> Result<(), Failure> + Send + Sync>;
type Path = Box<dyn Fn() -> Option<String> + Send + Sync>;

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> Remote<T> {
    /// Loads the path that `path` returns, and loads again whenever it returns another one. `None` loads nothing.
    pub(crate) fn new(
        while_loading: StaleWhileLoading,
        path: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let value = RwSignal::new(None);
        let show = move |body: Option<&str>| {
            value.set(body.map(read).transpose()?);
            Ok(())
        };
        Self { value, state: RemoteState::new(while_loading, Box::new(path), Box::new(show)) }
    }

    /// Loads the same path again.
    pub(crate) fn retry(&self) {
        self.state.reload_count.update(|times| *times = times.wrapping_add(1));
    }

    /// The state to show. The signal changes only when the state does, so that a new value does not rebuild the page.
    pub(crate) fn phase(&self) -> RwSignal<Phase> {
        self.state.phase
    }

    /// Why the last load failed, if it did.
    pub(crate) fn failure(&self) -> RwSignal<Option<Failure>> {
        self.state.failure
    }

    /// Whether the shown value came from another path, while the value of the current path is loading.
    pub(crate) fn is_outdated(&self) -> bool {
        let RemoteState { path, from, .. } = self.state;
        path.read().as_deref() != Some(&**from.read())
    }
}

impl RemoteState {
    fn new(while_loading: StaleWhileLoading, path: Path, show: Show) -> Self {
        let state = Self {
            phase: RwSignal::new(Phase::Loading),
            failure: RwSignal::new(None),
            path: Memo::new(move |_| path()),
            from: RwSignal::new(String::new()),
            reload_count: RwSignal::new(0),
            shown: StoredValue::new(None),
            show: StoredValue::new(show),
        };
        let client = expect_context::<Client>();
        let under_way = StoredValue::new_local(None::<AbortController>);
        let abort = move || {
            if let Some(controller) = under_way.try_update_value(Option::take).flatten() {
                controller.abort();
            }
        };
        let mut before = None;
        effect(move || {
            state.reload_count.track();
            let path = state.path.get();
            abort();
            let before = std::mem::replace(&mut before, path.clone());
            let (Some(at), Ok(controller)) = (path, AbortController::new()) else { return };
            let signal = controller.signal();
            under_way.set_value(Some(controller));
            let elsewhere = before.is_some_and(|before| before != at);
            let clear = elsewhere && while_loading == StaleWhileLoading::Nothing;
            state.expect(&at, client.remembered(&at), clear);
            spawn_local(async move {
                let outcome = client.get(&at, Some(&signal)).await;
                // An aborted request belongs to a path, or a page, that is gone.
                if !signal.aborted() {
                    state.settle(&at, outcome);
                }
            });
        });
        on_cleanup(abort);
        state
    }

    /// Called when a request is sent: shows the remembered body, or clears the value of another path.
    fn expect(self, at: &str, remembered: Option<Arc<str>>, clear: bool) {
        let failed = self.phase.get_untracked() == Phase::Failed;
        if remembered.is_some() || clear || failed {
            self.show(at, remembered);
        }
    }

    fn settle(self, at: &str, outcome: Result<Arc<str>, Failure>) {
        match outcome {
            Ok(body) => self.show(at, Some(body)),
            // Another page, such as the sign-in page, is about to replace this one.
            Err(failure) if failure.concerns_the_whole_page() => {}
            Err(failure) => self.fail(failure),
        }
    }

    /// Shows a body unless it is shown already, so that nothing flickers when the remembered body is still current.
    fn show(self, at: &str, body: Option<Arc<str>>) {
        let known = self.shown.with_value(|shown| *shown == body);
        let read = || self.show.with_value(|show| show(body.as_deref()));
        let outcome = if known { Ok(()) } else { read() };
        if let Err(failure) = outcome {
            return self.fail(failure);
        }
        if *self.from.read_untracked() != at {
            self.from.set(at.to_owned());
        }
        self.enter(if body.is_some() { Phase::Ready } else { Phase::Loading });
        self.shown.set_value(body);
    }

    fn fail(self, failure: Failure) {
        self.failure.set(Some(failure));
        self.enter(Phase::Failed);
    }

    fn enter(self, phase: Phase) {
        if self.phase.get_untracked() != phase {
            self.phase.set(phase);
        }
    }
}
