//! Verifies requests that were signed with a shared secret: AWS Signature Version 4 for the service `cognito-idp`.
//!
//! Only the form that Cognito's clients send is accepted: the signature in the header `Authorization`, the hash of the whole body, no query. Anything else is
//! refused with a reason instead of being ignored. A request can be replayed until its date is too old; callers must make sure of what may happen only once.

mod admin_credential;
mod authorization;
mod canonical;
mod signature;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use admin_credential::{
    AccessKeyId, AdminCredential, AdminCredentials, InvalidCredential, InvalidPart,
};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::PoolId;

use authorization::Authorization;
use canonical::{Canonical, MAX_HEADERS};

/// The largest allowed difference between a request's date and the server's time, the same as at AWS.
pub const MAX_SKEW: TimeDelta = TimeDelta::minutes(5);

const SERVICE: &str = "cognito-idp";
/// The headers that every signature must cover. The body is always covered.
const REQUIRED_SIGNED_HEADERS: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];

/// A request as received. The caller limits the size of the body.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The method, `POST` for every request of Cognito's clients.
    pub method: &'r str,
    /// The path as sent, `/` for every request of Cognito's clients.
    pub path: &'r str,
    /// The part after `?`. It must be empty.
    pub query: &'r str,
    /// All headers in order, including duplicates. Names may be in any case.
    pub headers: &'r [(&'r str, &'r [u8])],
    /// The body as received, before any decoding.
    pub body: &'r [u8],
}

/// The access key that signed a request. Only [`verify`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pool: PoolId,
    access_key_id: AccessKeyId,
}

/// The reason why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header `Authorization` is missing.
    #[error("the request is not signed: `Authorization` is missing")]
    Unsigned,
    /// `Authorization` has another scheme.
    #[error("unsupported scheme in `Authorization`: expected `AWS4-HMAC-SHA256`")]
    Algorithm,
    /// `Authorization` has the right scheme and lacks one of its three parts.
    #[error(
        "`{0}` is missing in `Authorization`: expected `Credential=…, SignedHeaders=…, Signature=…`"
    )]
    MissingPart(&'static str),
    /// `Authorization` has the right scheme and cannot be parsed.
    #[error(
        "invalid `Authorization`: expected `Credential=…, SignedHeaders=…, Signature=…`, each once and in the form that AWS clients write"
    )]
    Form,
    /// The request was signed for another service.
    #[error("the signature is not for the service `cognito-idp`")]
    Service,
    /// The signature does not cover `host`, `x-amz-date` or `x-amz-target`, so they could have been changed.
    #[error("`host`, `x-amz-date` and `x-amz-target` must be signed")]
    NotCovered,
    /// A header that `SignedHeaders` lists is missing.
    #[error("a header that `SignedHeaders` lists is missing: send every signed header")]
    MissingHeader,
    /// A signed header or `Authorization` appears twice.
    #[error("`Authorization` or a signed header appears twice: send each once")]
    RepeatedHeader,
    /// A signed header has spaces that can be read in two ways.
    #[error("a signed header has outer or double spaces: expected single spaces between words")]
    Spaces,
    /// A signed header has bytes that are not printable ASCII.
    #[error("a signed header has a forbidden character: expected printable ASCII")]
    Character,
    /// `x-amz-date` is not a time such as `20261103T030000Z`.
    #[error("invalid `x-amz-date`: expected a time such as `20261103T030000Z`")]
    Date,
    /// `x-amz-date` is on another day than the credential's scope.
    #[error("`x-amz-date` is on another day than the scope in `Credential`: use one date for both")]
    Day,
    /// `x-amz-date` differs from the server's time by more than [`MAX_SKEW`].
    #[error("`x-amz-date` differs from the server's time by more than 5 minutes")]
    Skewed,
    /// The request has an `x-amz-security-token`. This server issues no temporary credentials.
    #[error("temporary credentials (`x-amz-security-token`) are not accepted")]
    SessionToken,
    /// `x-amz-content-sha256` is not the hash of the body: the body was changed, is sent in chunks or was not signed.
    #[error("`x-amz-content-sha256` is not the hash of the body")]
    Body,
    /// The method, the path or the query is not one that Cognito's clients send.
    #[error(
        "invalid request target: expected an upper-case method and a plain path without a query"
    )]
    Target,
    /// There are too many headers.
    #[error("the request has too many headers: expected at most {MAX_HEADERS}")]
    TooManyHeaders,
    /// The names and values of all headers are too long.
    #[error("the headers are too long: expected at most 16 KiB in all")]
    TooLong,
    /// `Authorization` is too long.
    #[error("`Authorization` is too long: expected at most 2 KiB")]
    LongAuthorization,
    /// The access key is unknown, or its secret or its region differs.
    #[error(
        "the access key is unknown or the signature is wrong: sign for the service `cognito-idp` in the region that the pool id begins with"
    )]
    Wrong,
}

/// Verifies the signature and returns the access key that made it.
///
/// # Errors
/// [`SignatureError`] with the first reason found. An unknown key and a wrong signature give the same error and take the same work.
pub fn verify(
    request: &Request<'_>,
    credentials: &AdminCredentials,
    now: DateTime<Utc>,
) -> Result<Signed, SignatureError> {
    let headers = canonical::Headers::of(request)?;
    if headers.has("x-amz-security-token") {
        return Err(SignatureError::SessionToken);
    }
    let text = headers.once("authorization")?.ok_or(SignatureError::Unsigned)?;
    let authorization = Authorization::parse(text)?;
    let signed = &authorization.signed_headers;
    if !REQUIRED_SIGNED_HEADERS.iter().all(|name| signed.contains(name)) {
        return Err(SignatureError::NotCovered);
    }
    let canonical = Canonical::of(request, &headers, signed)?;
    let date = headers.once("x-amz-date")?.ok_or(SignatureError::MissingHeader)?;
    let date = std::str::from_utf8(date).map_err(|_| SignatureError::Date)?;
    check_date(date, authorization.date, now)?;
    let text = signature::string_to_sign(date, &authorization, &canonical);
    let known = credentials.find(authorization.access_key_id);
    let candidate = known.unwrap_or(credentials.dummy());
    let right = signature::verify(candidate.secret(), &authorization, &text);
    let same_region = candidate.region() == authorization.region;
    known.filter(|_| right & same_region).map(Signed::by).ok_or(SignatureError::Wrong)
}

impl Signed {
    fn by(credential: &AdminCredential) -> Self {
        Self { pool: credential.pool().clone(), access_key_id: credential.access_key_id().clone() }
    }

    /// The pool that the key may administer. It has no rights in other pools.
    pub const fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// The access key that signed the request.
    pub const fn access_key_id(&self) -> &AccessKeyId {
        &self.access_key_id
    }
}

fn check_date(date: &str, day: &str, now: DateTime<Utc>) -> Result<(), SignatureError> {
    let plain = date.len() == 16 && date.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let time = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").ok().filter(|_| plain);
    let time = time.ok_or(SignatureError::Date)?.and_utc();
    if &date[..8] != day {
        return Err(SignatureError::Day);
    }
    if (now - time).abs() > MAX_SKEW {
        return Err(SignatureError::Skewed);
    }
    Ok(())
}
