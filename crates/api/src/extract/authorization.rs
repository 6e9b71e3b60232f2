//! Authorization of bound requests: a handler states which permissions it needs by taking [`Reader`] or [`Writer`].

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use api_types::Code;
use chrono::{TimeDelta, Utc};
use domain::Permission;
use futures_util::future::{Ready, ready};
use token::Bearer;

use crate::{
    error::ApiError,
    extract::{Proof, Tenant},
};

/// A bound request whose sender may read employees and departments, within what they may see. Every role allows this; a token may lack the scope.
pub(crate) struct Reader(Tenant);

/// A bound request whose sender may read and write employees and departments. Every write replies with what it wrote, so it needs both permissions. Any other
/// sender gets 403 before the body is parsed or a row is looked up, so that the refusal does not reveal which rows exist. For this it must be the handler's
/// first argument.
pub(crate) struct Writer(Tenant);

/// A request with the session of a user who may manage the widgets of the company. No scope allows it, so a token never does.
pub(crate) struct WidgetManager(Tenant);

/// A sender that may change cached rows. The module `write` accepts no other.
pub(crate) trait ChangesRows: Deref<Target = Tenant> {}

impl ChangesRows for Writer {}
impl ChangesRows for WidgetManager {}

/// The permissions that [`Writer`] needs. A token needs the scope of each.
const READ_AND_WRITE: [Permission; 2] = [Permission::ReadEmployees, Permission::WriteEmployees];

/// Refuses a sender that lacks one of `needed`.
///
/// # Errors
/// [`Code::Forbidden`] if the role lacks a permission. [`Code::InsufficientScope`] if the role has all of them and the token lacks the scope of at
/// least one: the reply names the scopes that are missing.
pub(crate) fn permit(tenant: &Tenant, needed: &[Permission]) -> Result<(), ApiError> {
    let missing: Vec<Permission> =
        needed.iter().copied().filter(|permission| !tenant.context.may(*permission)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let role_may = |permission: &Permission| match &tenant.proof {
        Proof::Session(_) | Proof::Widget(_) => false,
        Proof::Access(verified) => {
            verified.account.is_none_or(|account| account.role.may(*permission))
        }
        Proof::External(identity) => identity.link.account_state.role.may(*permission),
    };
    Err(if missing.iter().all(role_may) {
        ApiError::insufficient_scope(needed, &missing)
    } else {
        ApiError::new(Code::Forbidden)
    })
}

/// How long ago a user may have entered the password for a change that a stolen session must not make.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Checks that the user entered the password a short time ago. A machine has no password, so its scope is enough.
///
/// # Errors
/// [`Code::StepUpRequired`] if that was too long ago, for example because the device stays signed in.
pub(crate) fn require_fresh_password(tenant: &Tenant) -> Result<(), ApiError> {
    let password_at = match &tenant.proof {
        Proof::Session(session) => session.authenticated_at(),
        Proof::Access(verified) => match verified.access.bearer() {
            Bearer::Person { password_at, .. } => password_at,
            Bearer::Machine => return Ok(()),
        },
        // The external issuer need not say when the user entered a password, and nobody entered one for a widget.
        Proof::External(_) | Proof::Widget(_) => return Err(ApiError::new(Code::StepUpRequired)),
    };
    if Utc::now() - password_at <= FRESH {
        return Ok(());
    }
    Err(ApiError::new(Code::StepUpRequired))
}

/// A request with the session of a user who may manage the sessions of others. No scope allows it, so a token never does.
pub(crate) struct SessionManager(Tenant);

fn authorization(
    request: &HttpRequest,
    payload: &mut Payload,
    needed: &[Permission],
) -> Result<Tenant, ApiError> {
    let tenant = Tenant::from_request(request, payload).into_inner()?;
    permit(&tenant, needed).map(|()| tenant)
}

/// The tenant of a request with a session whose user has the permission.
fn by_session(
    request: &HttpRequest,
    payload: &mut Payload,
    needed: Permission,
) -> Result<Tenant, ApiError> {
    let tenant = Tenant::from_request(request, payload).into_inner()?;
    tenant.session()?;
    permit(&tenant, &[needed]).map(|()| tenant)
}

impl FromRequest for Reader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(authorization(request, payload, &[Permission::ReadEmployees]).map(Self))
    }
}

impl FromRequest for Writer {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(authorization(request, payload, &READ_AND_WRITE).map(Self))
    }
}

impl FromRequest for SessionManager {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(by_session(request, payload, Permission::ManageSessions).map(Self))
    }
}

impl FromRequest for WidgetManager {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(by_session(request, payload, Permission::ManageWidgets).map(Self))
    }
}

impl Deref for SessionManager {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl Deref for WidgetManager {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
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
