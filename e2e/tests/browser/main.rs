//! The built pages in Chromium, on a real server with the demonstration's people.

mod browser;
mod companies;
mod cookies;
mod directory;
mod leaving;
mod nowhere;
mod phone;
mod policy;
mod salaries;
mod site;
mod watch;
