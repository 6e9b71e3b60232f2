//! Boxed closures for reactive views and effects. All closures of one kind share one type, so the code around them is compiled only once.

use leptos::{
    html,
    prelude::{AnyView, Effect, Get, IntoAny, NodeRef},
};

/// A reactive part of a view: it runs again when a signal that it reads changes.
pub(crate) type Reactive<T> = Box<dyn FnMut() -> T + Send>;

/// Reactive text content.
pub(crate) fn text(value: impl FnMut() -> String + Send + 'static) -> Reactive<String> {
    Box::new(value)
}

/// A reactive attribute; `None` removes it from the element.
pub(crate) fn attribute(
    value: impl FnMut() -> Option<&'static str> + Send + 'static,
) -> Reactive<Option<&'static str>> {
    Box::new(value)
}

/// A reactive property or attribute that is either set or not, such as `disabled`.
pub(crate) fn flag(value: impl FnMut() -> bool + Send + 'static) -> Reactive<bool> {
    Box::new(value)
}

/// Reactive child elements, with their type erased.
pub(crate) fn reactive_view<V: IntoAny>(
    mut view: impl FnMut() -> V + Send + 'static,
) -> Reactive<AnyView> {
    Box::new(move || view().into_any())
}

/// Runs `act`, and runs it again whenever a signal that it reads changes.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}

/// Shows a modal dialog while `open` returns `true`.
pub(crate) fn open_while(dialog: NodeRef<html::Dialog>, open: impl Fn() -> bool + 'static) {
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open(), dialog.open()) {
            // Fails only for a dialog that is open or outside of the document.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
}
