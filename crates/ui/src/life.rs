//! The life of the document: what to do when the browser brings it back, when another tab signs out, when it cannot go on.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, PageTransitionEvent};

use crate::session;

/// A page brought back by the browser's Back button is hidden and loaded anew: the session it shows may be over (row I11).
pub(crate) fn reload_when_brought_back() {
    let shown = Closure::<dyn FnMut(PageTransitionEvent)>::new(|event: PageTransitionEvent| {
        if event.persisted() {
            if let Some(body) = document().body() {
                body.set_hidden(true);
            }
            // Fails only in a document that is going away.
            let _ = window().location().reload();
        }
    });
    let _ = window().add_event_listener_with_callback("pageshow", shown.as_ref().unchecked_ref());
    // It listens as long as the document lives.
    shown.forget();
}

/// Leaves when another tab of the same company has signed out.
pub(crate) fn leave_when_another_tab_signs_out() {
    let Ok(channel) = BroadcastChannel::new(session::CHANNEL) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|_| session::leave());
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Both listen as long as the document lives.
    heard.forget();
    std::mem::forget(channel);
}

/// A panic shows the page that `index.html` keeps for when nothing can start, rather than one that no longer moves.
pub(crate) fn show_failures() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        if let Some(root) = document().document_element() {
            // Fails only for a name that cannot be an attribute's.
            let _ = root.set_attribute("data-boot", "failed");
        }
    }));
}
