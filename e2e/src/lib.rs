//! The harness of the end-to-end tests: it starts the product, provides actors that use it, and contains the lesson's incident.
#![expect(
    clippy::expect_used,
    reason = "a failure here fails a test or `just leak`, and should show where"
)]
#![expect(
    clippy::missing_panics_doc,
    reason = "a helper of tests panics when the test should fail"
)]

mod actor;
mod affinity_cookie;
mod binary;
mod canary;
mod chromedriver;
mod cognito;
mod company;
mod containers;
pub mod db_redis;
pub mod db_session;
mod deadline;
mod fault_proxy;
mod hold;
mod http;
pub mod incident;
mod laboratory;
mod load_balancer;
mod oauth;
mod raw;
mod reaper;
mod reply;
mod request;
mod runtime;
mod secrets;
mod server;
mod set_cookie;
mod stack;
mod temp_folder;
mod widget;

pub use crate::laboratory::Laboratory;
pub use actor::Actor;
pub use affinity_cookie::AFFINITY_COOKIES;
pub use binary::{laboratory, watertight};
pub use canary::Canary;
pub use chromedriver::Chromedriver;
pub use cognito::{AccessKey, CognitoClient};
pub use company::{Application, Company, PASSWORD, Roster, password_hash};
pub use containers::{Postgres, Redis};
pub use deadline::until;
pub use dev::load_balancer::Affinity;
pub use fault_proxy::{Fault, FaultProxy};
pub use hold::Hold;
pub use load_balancer::LoadBalancer;
pub use oauth::{LOGOUT_URI, Pkce, REDIRECT_URI, SentTo, token_part};
pub use raw::RawReply;
pub use reply::Reply;
pub use request::Request;
pub use secrets::logged as check_for_secrets;
pub use server::{Finished, Metrics, Server, ServerConfig, closed_port, fresh_root_key};
pub use set_cookie::SetCookie;
pub use stack::Stack;
pub use temp_folder::TempFolder;
pub use widget::{Widget, new_widget, open_widget};
