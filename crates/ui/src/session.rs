//! The signed-in user, and how a session ends in this browser.

use api_types::SessionView;
use domain::Permission;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

use crate::{
    client::{Client, Failure},
    return_path::SIGN_IN,
};

/// The broadcast channel on which the tabs of one company tell each other that the session has ended.
pub(crate) const CHANNEL: &str = "session";

/// The broadcast channel on which the tabs of one company tell each other that the session is used.
pub(crate) const ACTIVITY: &str = "session-activity";

/// The signed-in user, as far as is known.
#[derive(Clone, Copy)]
pub(crate) struct Viewer {
    session: RwSignal<Option<SessionView>>,
    was_here: StoredValue<bool>,
}

impl Viewer {
    /// A viewer whose session is not known yet.
    pub(crate) fn unknown() -> Self {
        Self { session: RwSignal::new(None), was_here: StoredValue::new(false) }
    }

    /// The session, once it is known.
    pub(crate) fn session(self) -> RwSignal<Option<SessionView>> {
        self.session
    }

    /// Whether a user was signed in since this document was loaded.
    pub(crate) fn was_here(self) -> bool {
        self.was_here.get_value()
    }

    /// Sets the session, after signing in or after loading it.
    pub(crate) fn welcome(self, session: SessionView) {
        self.was_here.set_value(true);
        self.session.set(Some(session));
    }

    /// Notes that no adopted draft waits for the user's decision any more.
    pub(crate) fn has_decided(self) {
        self.session.update(|session| {
            if let Some(session) = session {
                session.has_draft = false;
            }
        });
    }

    /// Whether the user has a permission; `false` until the session is known. The server enforces it; this only avoids empty columns.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.session.with(|session| {
            session.as_ref().is_some_and(|session| session.permissions.contains(&permission))
        })
    }
}

/// Ends the session on the server, then replaces the document by the sign-in page, so that everything in its memory is gone.
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
    // Fails only for an invalid URL; this one is valid.
    let _ = window().location().replace(SIGN_IN);
}
