//! The built pages in Chromium, on a real server with the demonstration's people.
#![expect(clippy::expect_used, reason = "whatever fails here fails a test, and should say where")]

mod browser;
mod companies;
mod cookies;
mod directory;
mod leaving;
mod nowhere;
mod oidc;
mod phone;
mod policy;
mod salaries;
mod site;
mod tokens;
mod watch;
