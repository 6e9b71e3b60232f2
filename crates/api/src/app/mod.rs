//! The state that the handlers of one worker use.

mod directory;
mod readiness;
mod ui;

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use api_types::Code;
use cache::Cache;
use credential::Passwords;
use idp::IdentityProvider;
use lab::Faults;
use seal::Seals;
use session::{RedisLink, Sessions};
use store::Store;
use throttle::Throttle;

use crate::{error::ApiError, settings::Settings};

pub use directory::Directory;
pub use readiness::ReadinessProbe;
pub(crate) use ui::File;
pub use ui::{Ui, UiError};

/// The application of one worker. Cache and sessions have Redis connections of this worker only; the workers share everything else.
#[derive(Clone)]
pub struct Api {
    /// The access to PostgreSQL.
    pub store: Store,
    /// The cache of reply bodies, epochs and tenant states.
    pub cache: Cache,
    /// The store of sessions.
    pub sessions: Sessions,
    /// The connection to the session Redis. Binding a request reads everything that it needs over it in one pipeline.
    pub redis: RedisLink,
    /// The bounded pool that hashes and verifies passwords.
    pub passwords: Passwords,
    /// The limits on guessing secrets.
    pub throttle: Throttle,
    /// Finds a tenant by its slug.
    pub directory: Directory,
    /// The identity provider, which issues, verifies and revokes tokens.
    pub idp: IdentityProvider,
    /// Encrypts and authenticates what clients keep: cursors, tickets, challenges and the cookies of devices.
    pub seals: Seals,
    /// The readiness check of the node.
    pub readiness: ReadinessProbe,
    /// The operator's settings for HTTP.
    pub settings: Arc<Settings>,
    /// The built pages, if there are any.
    pub ui: Option<Arc<Ui>>,
    /// The locks that are switched off: none, except in a lab build.
    pub faults: Faults,
}

impl Api {
    /// The application of the worker that handles the request.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request
            .app_data::<web::Data<Self>>()
            .map(web::Data::get_ref)
            .ok_or_else(|| ApiError::new(Code::Internal))
    }
}
