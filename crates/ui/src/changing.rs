//! Closures in views and effects, boxed: all of one kind then share one type, and the code round them is made once instead of once each.

use leptos::prelude::{AnyView, Effect, IntoAny};

/// A part of a view that is drawn again when the signals it reads change.
pub(crate) type Changing<T> = Box<dyn FnMut() -> T + Send>;

/// Text that changes.
pub(crate) fn text(value: impl FnMut() -> String + Send + 'static) -> Changing<String> {
    Box::new(value)
}

/// An attribute that changes, or comes and goes.
pub(crate) fn attribute(
    value: impl FnMut() -> Option<&'static str> + Send + 'static,
) -> Changing<Option<&'static str>> {
    Box::new(value)
}

/// A property or attribute that is either there or not.
pub(crate) fn flag(value: impl FnMut() -> bool + Send + 'static) -> Changing<bool> {
    Box::new(value)
}

/// Elements that change.
pub(crate) fn drawing<V: IntoAny>(
    mut view: impl FnMut() -> V + Send + 'static,
) -> Changing<AnyView> {
    Box::new(move || view().into_any())
}

/// Something that happens again when the signals it reads change.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}
