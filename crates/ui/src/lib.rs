//! The pages: Leptos components and the API client. Only the module `client` calls the API, and the browser stores nothing but the theme.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]
#![expect(unreachable_pub, reason = "the component macro writes `pub`")]

mod app;
mod application;
mod client;
mod colour;
mod components;
mod demonstration;
mod host;
mod lazy_page;
mod page_lifecycle;
mod pages;
mod product;
mod reactive;
mod remote;
mod return_path;
mod route;
mod session;
mod shell;
mod skeleton;
mod text;
mod theme;
mod title;

pub use demonstration::start_demonstration;
pub use product::start_product;
