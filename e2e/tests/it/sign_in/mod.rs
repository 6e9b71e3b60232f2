//! Signing in, staying signed in, and signing out.

mod cookie;
mod credentials;
mod draft;
mod races;
mod record;
mod remembered;
mod renewal;
mod role_change;
mod session_revocation;
mod sessions;
mod step_up;
