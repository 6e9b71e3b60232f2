//! The built pages in Chromium, on a real server with the demonstration's people.
#![expect(clippy::expect_used, reason = "a failure here fails a test and says where")]

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
