//! Configuration from the environment: one struct per concern, and every error names its variable.

mod database;
mod environment;
mod redis;
mod web;

pub(crate) use database::Database;
pub(crate) use environment::{ConfigError, Environment};
pub(crate) use redis::{RedisUrls, SessionStore};
pub(crate) use web::Web;
