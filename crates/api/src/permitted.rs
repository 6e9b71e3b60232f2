//! What a bound request may do: a handler says which permission it needs by taking [`Reader`] or [`Writer`].

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use api_types::Code;
use domain::Permission;
use futures_util::future::{Ready, ready};

use crate::{
    bind_tenant::{Proof, Tenant},
    error::ApiError,
};

/// A bound request whose sender may read employees and departments, each within what they may see. Every role may; a token may not say so.
pub(crate) struct Reader(Tenant);

/// A bound request of somebody who may write employees and departments. Everybody else gets 403 before anything is read or looked up, so
/// that a refusal tells nothing of what there is. It stands first among a handler's arguments.
pub(crate) struct Writer(Tenant);

/// 403 unless whoever is bound may do it. To whom only the token's scope is missing, that is said.
pub(crate) fn permit(tenant: &Tenant, permission: Permission) -> Result<(), ApiError> {
    if tenant.context.may(permission) {
        return Ok(());
    }
    let role_may = match &tenant.proof {
        Proof::Session(_) => false,
        Proof::Access(verified) => {
            verified.colleague.is_none_or(|colleague| colleague.role.may(permission))
        }
        Proof::External(guest) => guest.link.colleague.role.may(permission),
    };
    Err(if role_may {
        ApiError::insufficient_scope(permission)
    } else {
        ApiError::new(Code::Forbidden)
    })
}

fn permitted(
    request: &HttpRequest,
    payload: &mut Payload,
    permission: Permission,
) -> Result<Tenant, ApiError> {
    let tenant = Tenant::from_request(request, payload).into_inner()?;
    permit(&tenant, permission).map(|()| tenant)
}

impl FromRequest for Reader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(permitted(request, payload, Permission::ReadEmployees).map(Self))
    }
}

impl FromRequest for Writer {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(permitted(request, payload, Permission::WriteEmployees).map(Self))
    }
}

impl Deref for Reader {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl Deref for Writer {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}
