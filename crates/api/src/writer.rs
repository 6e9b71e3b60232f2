//! A request whose sender may write employees and departments: a handler says that it writes by taking this.

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use api_types::Code;
use domain::Permission;
use futures_util::future::{Ready, ready};

use crate::{bind_tenant::Tenant, error::ApiError};

/// A bound request of somebody who may write. Everybody else gets 403 before anything is read or looked up, so that a refusal tells
/// nothing of what there is. It stands first among a handler's arguments.
pub(crate) struct Writer(Tenant);

impl Deref for Writer {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl FromRequest for Writer {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let tenant = Tenant::from_request(request, payload).into_inner();
        ready(tenant.and_then(|tenant| {
            if tenant.session.role().may(Permission::WriteEmployees) {
                Ok(Self(tenant))
            } else {
                Err(ApiError::new(Code::Forbidden))
            }
        }))
    }
}
