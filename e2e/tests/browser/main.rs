//! The built pages in Chromium, on a real server with the demonstration's people.
#![expect(clippy::expect_used, reason = "a failure here fails a test and says where")]

mod browser;
mod companies;
mod cookies;
mod directory;
mod draft;
mod error_pages;
mod explainer;
mod intranet;
mod oidc;
mod phone;
mod policy;
mod salaries;
mod sessions;
mod sign_out;
mod site;
mod size;
mod tokens;
mod watch;
mod widgets;
