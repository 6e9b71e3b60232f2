//! Whether a request was signed with a secret that we share: AWS Signature Version 4 for the service `cognito-idp`.
//!
//! Only the form that clients of Cognito send is accepted: the signature in the header `Authorization`, the whole body hashed, no query. What is more than that
//! is refused with a reason and not ignored. A request can be sent again while its date is young enough; what must happen once must be made so by the caller.

mod admin_credential;
mod authorization;
mod canonical;
mod signature;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use admin_credential::{AccessKeyId, AdminCredential, AdminCredentials, InvalidCredential};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::PoolId;

use authorization::Authorization;
use canonical::Canonical;

/// How far the date of a request may be from ours, as at AWS.
pub const MAX_SKEW: TimeDelta = TimeDelta::minutes(5);

const SERVICE: &str = "cognito-idp";
/// What a signature must cover. The body is always covered.
const MUST_SIGN: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];

/// A request as it came in. The caller bounds the body.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// `POST`.
    pub method: &'r str,
    /// `/`: the path as it was sent.
    pub path: &'r str,
    /// What stands behind `?`; nothing, for any request that is accepted.
    pub query: &'r str,
    /// Every header, in order, also those that came twice. Names in any case.
    pub headers: &'r [(&'r str, &'r [u8])],
    /// The body before anything is decoded.
    pub body: &'r [u8],
}

/// The access key with which a request was signed. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pool: PoolId,
    access_key_id: AccessKeyId,
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no `Authorization`.
    #[error("the request is not signed")]
    Unsigned,
    /// `Authorization` is of another scheme.
    #[error("only `AWS4-HMAC-SHA256` is accepted")]
    Algorithm,
    /// `Authorization` is of this scheme and cannot be read.
    #[error("`Authorization` has another form than `Credential=…, SignedHeaders=…, Signature=…`")]
    Form,
    /// It was signed for another service.
    #[error("the signature is not for the service `cognito-idp`")]
    Service,
    /// `host`, `x-amz-date` or `x-amz-target` could be changed without breaking the signature.
    #[error("`host`, `x-amz-date` and `x-amz-target` must be signed")]
    NotCovered,
    /// A header that is said to be signed is not there, or is there twice; or `Authorization` is.
    #[error("a signed header is missing or came twice")]
    Headers,
    /// A signed header has a value whose spaces could be read in two ways, or bytes that are no printable ASCII.
    #[error("a signed header has odd spaces or bytes")]
    Value,
    /// `x-amz-date` is no date like `20261103T030000Z`, or not of the day of the credential's scope.
    #[error("`x-amz-date` cannot be read or is of another day than the credential")]
    Date,
    /// `x-amz-date` is further than [`MAX_SKEW`] from now.
    #[error("`x-amz-date` is too far from now")]
    Skewed,
    /// There is an `x-amz-security-token`: we give no temporary credentials.
    #[error("temporary credentials are not accepted")]
    SessionToken,
    /// `x-amz-content-sha256` is not the hash of the body: it is another body, a body in chunks or one that was not signed.
    #[error("`x-amz-content-sha256` is not the hash of the body")]
    Body,
    /// The method, the path or the query is none that clients of Cognito send.
    #[error("only a plain path without a query is accepted")]
    Target,
    /// There are too many headers, or too long ones.
    #[error("the headers are too large")]
    TooLarge,
    /// Nobody has this access key, or its secret or its region is another.
    #[error(
        "the access key is unknown or the signature is wrong: sign for the service `cognito-idp` in the region that the pool id begins with"
    )]
    Wrong,
}

/// The access key with which a request was signed.
///
/// # Errors
/// [`Refused`] with the first reason that is found. An unknown key and a wrong signature are the same and take the same work.
pub fn verify(
    request: &Request<'_>,
    credentials: &AdminCredentials,
    now: DateTime<Utc>,
) -> Result<Signed, Refused> {
    let headers = canonical::Headers::of(request)?;
    if headers.has("x-amz-security-token") {
        return Err(Refused::SessionToken);
    }
    let text = headers.once("authorization")?.ok_or(Refused::Unsigned)?;
    let authorization = Authorization::parse(text)?;
    let signed = &authorization.signed_headers;
    if !MUST_SIGN.iter().all(|name| signed.contains(name)) {
        return Err(Refused::NotCovered);
    }
    let canonical = Canonical::of(request, &headers, signed)?;
    let date = headers.once("x-amz-date")?.ok_or(Refused::Headers)?;
    let date = std::str::from_utf8(date).map_err(|_| Refused::Date)?;
    check_date(date, authorization.date, now)?;
    let text = signature::string_to_sign(date, &authorization, &canonical);
    let known = credentials.find(authorization.access_key_id);
    let candidate = known.unwrap_or(credentials.nobody());
    let right = signature::verify(candidate.secret(), &authorization, &text);
    let at_home = candidate.region() == authorization.region;
    known.filter(|_| right & at_home).map(Signed::by).ok_or(Refused::Wrong)
}

impl Signed {
    fn by(credential: &AdminCredential) -> Self {
        Self { pool: credential.pool().clone(), access_key_id: credential.access_key_id().clone() }
    }

    /// The pool that the key may administer, and no other.
    pub const fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// Which key.
    pub const fn access_key_id(&self) -> &AccessKeyId {
        &self.access_key_id
    }
}

fn check_date(date: &str, day: &str, now: DateTime<Utc>) -> Result<(), Refused> {
    let plain = date.len() == 16 && date.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let moment = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").ok().filter(|_| plain);
    let moment = moment.ok_or(Refused::Date)?.and_utc();
    if &date[..8] != day {
        return Err(Refused::Date);
    }
    if (now - moment).abs() > MAX_SKEW {
        return Err(Refused::Skewed);
    }
    Ok(())
}
