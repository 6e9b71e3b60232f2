//! A verified access token of an external issuer. It is not a [`VerifiedAccess`](crate::VerifiedAccess), because its subject is not linked to an account yet.

use chrono::{DateTime, Utc};
use domain::{AccessScope, TenantId};

use crate::{ExternalIssuer, InvalidToken, IssuerUrl, verified_access::date_time};

/// An access token of an issuer that a tenant trusts. Signature, issuer, audience, use and times were verified. The tenant's own records link the subject to an
/// account.
#[derive(Clone, Debug)]
pub struct VerifiedExternal {
    tenant: TenantId,
    issuer: IssuerUrl,
    subject: String,
    client: Option<String>,
    scopes: Vec<AccessScope>,
    id: Option<String>,
    origin: Option<String>,
    sign_in_time: DateTime<Utc>,
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
            sign_in_time: DateTime::UNIX_EPOCH,
            issued_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
        }
    }

    pub(crate) fn with_ids(self, id: Option<String>, origin: Option<String>) -> Self {
        Self { id, origin, ..self }
    }

    pub(crate) fn with_times(
        self,
        begun: i64,
        issued: i64,
        expires: i64,
    ) -> Result<Self, InvalidToken> {
        Ok(Self {
            sign_in_time: date_time(begun)?,
            issued_at: date_time(issued)?,
            expires_at: date_time(expires)?,
            ..self
        })
    }

    /// The tenant that trusts the issuer.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The URL of the issuer.
    pub const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// The subject, as the issuer names it (`sub`). Unique only under that issuer.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The application that the token was issued to (`client_id` or `azp`), if the token names one.
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// The scopes of the token that this product knows.
    pub fn scopes(&self) -> &[AccessScope] {
        &self.scopes
    }

    /// The id of the token (`jti`), if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The sign-in that the token was issued for (`origin_jti`), if the token names one.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// When the bearer signed in at the issuer (`auth_time`), or when the token was issued if it does not say.
    pub const fn sign_in_time(&self) -> DateTime<Utc> {
        self.sign_in_time
    }

    /// When the token was issued (`iat`).
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// When the token expires (`exp`).
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}
