//! An access token of another issuer that was verified. It is no [`VerifiedAccess`](crate::VerifiedAccess): its subject is nobody of ours yet.

use chrono::{DateTime, Utc};
use domain::{AccessScope, TenantId};

use crate::{ExternalIssuer, IssuerUrl, Refused, verified_access::moment};

/// An access token of an issuer that a tenant trusts: signature, issuer, audience, use and times are right. Whose account the subject is, the tenant's
/// own records say.
#[derive(Clone, Debug)]
pub struct VerifiedExternal {
    tenant: TenantId,
    issuer: IssuerUrl,
    subject: String,
    client: Option<String>,
    scopes: Vec<AccessScope>,
    id: Option<String>,
    origin: Option<String>,
    begun_at: DateTime<Utc>,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl VerifiedExternal {
    pub(crate) fn new(
        issuer: &ExternalIssuer,
        subject: String,
        client: Option<String>,
        scopes: Vec<AccessScope>,
    ) -> Self {
        Self {
            tenant: issuer.tenant,
            issuer: issuer.url.clone(),
            subject,
            client,
            scopes,
            id: None,
            origin: None,
            begun_at: DateTime::UNIX_EPOCH,
            issued_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
        }
    }

    pub(crate) fn named(self, id: Option<String>, origin: Option<String>) -> Self {
        Self { id, origin, ..self }
    }

    pub(crate) fn lasting(self, begun: i64, issued: i64, expires: i64) -> Result<Self, Refused> {
        Ok(Self {
            begun_at: moment(begun)?,
            issued_at: moment(issued)?,
            expires_at: moment(expires)?,
            ..self
        })
    }

    /// The tenant that trusts the issuer.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The issuer.
    pub const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// Who bears it, as the issuer names them: unique under that issuer alone.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The application it was given to, if it says so.
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// What it lets its bearer do, in words that we know.
    pub fn scopes(&self) -> &[AccessScope] {
        &self.scopes
    }

    /// Its id, if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The sign-in that it comes from, if it says so.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// When its bearer signed in there, or when it was issued if the issuer does not say.
    pub const fn begun_at(&self) -> DateTime<Utc> {
        self.begun_at
    }

    /// When it was issued.
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// When it is over.
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}
