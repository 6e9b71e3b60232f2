//! Who is signed in, and how a session ends in this browser.

use api_types::SessionView;
use domain::Permission;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

use crate::{
    client::{Client, Failure},
    return_path::SIGN_IN,
};

/// The channel on which the tabs of one company tell each other that the session is over.
pub(crate) const CHANNEL: &str = "session";

/// Who is signed in, as far as we know.
#[derive(Clone, Copy)]
pub(crate) struct Viewer(RwSignal<Option<SessionView>>);

impl Viewer {
    /// Nobody yet.
    pub(crate) fn unknown() -> Self {
        Self(RwSignal::new(None))
    }

    /// The session, once it is known.
    pub(crate) fn session(self) -> RwSignal<Option<SessionView>> {
        self.0
    }

    /// Someone signed in.
    pub(crate) fn welcome(self, session: SessionView) {
        self.0.set(Some(session));
    }

    /// Whether they may do it; no while we do not know them. The server decides, this only avoids showing empty columns.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.0.with(|session| {
            session.as_ref().is_some_and(|session| session.permissions.contains(&permission))
        })
    }
}

/// Ends the session on the server, then leaves the page for good: the address is replaced and the document goes with everything in it.
pub(crate) async fn sign_out(client: Client) -> Result<(), Failure> {
    client.sign_out().await?;
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        // Other tabs find out at their next request if this does not reach them.
        let _ = channel.post_message(&JsValue::TRUE);
    }
    leave();
    Ok(())
}

/// Replaces this document by the sign-in page.
pub(crate) fn leave() {
    // Fails only for an address that cannot be parsed; this one can.
    let _ = window().location().replace(SIGN_IN);
}
