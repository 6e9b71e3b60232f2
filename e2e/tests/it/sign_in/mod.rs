//! Signing in, staying signed in, and signing out.

mod cookie;
mod credentials;
mod ending;
mod record;
mod renewal;
