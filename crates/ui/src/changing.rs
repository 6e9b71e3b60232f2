//! Closures in views, boxed: all of them then share one type, and the compiler writes the code round them once instead of once each.

use leptos::prelude::{AnyView, IntoAny};

/// A part of a view that is drawn again when the signals it reads change.
pub(crate) type Changing<T> = Box<dyn FnMut() -> T + Send>;

/// A value that changes: text or an attribute.
pub(crate) fn changing<T>(value: impl FnMut() -> T + Send + 'static) -> Changing<T> {
    Box::new(value)
}

/// Elements that change.
pub(crate) fn drawing<V: IntoAny>(mut view: impl FnMut() -> V + Send + 'static) -> Changing<AnyView> {
    Box::new(move || view().into_any())
}
