//! The page lifecycle: what to do when the browser restores the page, when another tab signs out, and when the app panics.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, PageTransitionEvent};

use crate::{client::Client, session};

/// Hides and reloads a page that the browser restores from memory after Back: the session that it shows may have ended (row I11).
pub(crate) fn reload_when_restored() {
    let shown = Closure::<dyn FnMut(PageTransitionEvent)>::new(|event: PageTransitionEvent| {
        if event.persisted() {
            if let Some(body) = document().body() {
                body.set_hidden(true);
            }
            // Fails only while the document is being unloaded.
            let _ = window().location().reload();
        }
    });
    let _ = window().add_event_listener_with_callback("pageshow", shown.as_ref().unchecked_ref());
    // Leaked on purpose: it listens until the document is unloaded.
    shown.forget();
}

/// Goes to the sign-in page when another tab of the same company signs out.
pub(crate) fn leave_when_another_tab_signs_out() {
    let Ok(channel) = BroadcastChannel::new(session::CHANNEL) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|_| session::leave());
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Leaked on purpose: both listen until the document is unloaded.
    heard.forget();
    std::mem::forget(channel);
}

/// Notes when another tab of the same company uses the session, so that this tab does not warn that it ends.
pub(crate) fn note_use_in_other_tabs(client: Client) {
    let Ok(channel) = BroadcastChannel::new(session::ACTIVITY) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
        client.last_used.set_value(js_sys::Date::now());
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Leaked on purpose: both listen until the document is unloaded.
    heard.forget();
    std::mem::forget(channel);
}

/// Makes a panic show `#boot-failed` of `index.html`, because the app does not respond after a panic.
pub(crate) fn show_failures() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        if let Some(root) = document().document_element() {
            // Fails only for an invalid attribute name; this one is valid.
            let _ = root.set_attribute("data-boot", "failed");
        }
    }));
}
