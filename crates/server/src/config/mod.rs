//! Configuration from the environment: one struct per concern, and every error names its variable.

mod admin_credentials;
mod cache;
mod connections;
mod database;
mod environment;
mod external;
mod limits;
mod metrics_address;
mod published;
mod redis;
mod root_key;
mod session_store;
mod web;

pub(crate) use self::cache::cache_config;
pub(crate) use connections::{Timeouts, connections_per_worker};
pub(crate) use database::{Database, with_hint};
pub(crate) use environment::{ConfigError, Environment, invalid};
pub(crate) use external::{ConfiguredIssuer, is_this_machine, wrong_issuers};
pub(crate) use limits::limits;
pub(crate) use metrics_address::refuse_public;
pub(crate) use redis::RedisUrls;
pub(crate) use root_key::seals;
pub(crate) use session_store::SessionStore;
pub(crate) use web::Web;
