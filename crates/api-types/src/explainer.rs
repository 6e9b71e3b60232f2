//! The bodies of the demonstration's page that explains cookies, sessions and tokens. They contain no value of a cookie, no session id and no complete digest.

use chrono::{DateTime, Utc};
use domain::SessionPolicy;
use serde::{Deserialize, Serialize};

/// The broadcast channel on which a document of [`paths::ARRIVAL`](crate::paths::ARRIVAL) tells the page what arrived, as an [`Arrival`].
pub const ARRIVAL_CHANNEL: &str = "explainer-arrival";

/// What the browser sent with this request, and what the server keeps of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explainer {
    /// The cookies that the product can set, each with what this request contains of it.
    pub cookies: Vec<HeldCookie>,
    /// The number of other cookies in this request. Browsers send the cookies of all programs on the same host, whatever their port.
    pub other_cookies: usize,
    /// The session as the store keeps it.
    pub session: KeptSession,
    /// The address of a page of another site, with a link and a form to this company.
    pub other_site: String,
}

/// A cookie of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldCookie {
    /// The name of the cookie.
    pub name: String,
    /// What the cookie is for.
    pub purpose: String,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// The attribute `SameSite`.
    pub same_site: String,
    /// Whether the browser keeps one cookie for each site that embeds the product.
    pub partitioned: bool,
    /// How long the browser keeps it, in seconds, at most.
    pub max_age: u64,
    /// The size of the value in this request, in bytes; `None` if the request does not contain the cookie.
    pub value_bytes: Option<usize>,
}

/// A session record, without values that identify the session or its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptSession {
    /// The store that has the record: the value of `WATERTIGHT_SESSION_STORE`.
    pub store: String,
    /// The session policy of the company.
    pub policy: SessionPolicy,
    /// The first characters of the digest of tenant and session id, under which the record is stored.
    pub digest_start: String,
    /// The size of the record's key, in bytes.
    pub key_bytes: usize,
    /// The fields of the record.
    pub fields: Vec<KeptField>,
    /// When the session began.
    pub signed_in_at: DateTime<Utc>,
    /// When the session ends if it is not used.
    pub idle_end: DateTime<Utc>,
    /// When the session ends in any case.
    pub absolute_end: DateTime<Utc>,
}

/// A field of a session record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptField {
    /// The name under which the value is stored.
    pub name: String,
    /// The size of the stored value, in bytes.
    pub bytes: usize,
    /// What the value is.
    pub content: FieldContent,
    /// The value, if it is plain or a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a field of a session record contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldContent {
    /// A value that the user knows anyway.
    Plain,
    /// A time, shown in UTC.
    Time,
    /// An id of the company, the account or the employee.
    Id,
    /// Personal data, encrypted.
    Sealed,
    /// The code that authenticates the other fields.
    Mac,
}

/// The lookups that bound this request to its company, by its session or by its access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lookups {
    /// The lookups of this request.
    pub request: Counted,
    /// The lookups of a verifier that checks only the signature and the times of the token; `None` for a request with a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_alone: Option<Counted>,
}

/// The round trips to stores that one piece of work waited for, and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counted {
    /// The commands or pipelines sent to Redis.
    pub redis: u32,
    /// The transactions in PostgreSQL.
    pub postgres: u32,
    /// The operations sent to a store of session records beside those two, such as Memcached.
    pub session_records: u32,
    /// The time that it took on the server, in microseconds.
    pub micros: u64,
}

/// The second session of the user, which only the page about cookies starts. Each session has one of its own, and no browser has its cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondSession {
    /// Whether a request with this session would be accepted now.
    pub accepted: bool,
}

/// What arrived with a link or a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arrival {
    /// The HTTP method: `GET` for a link, `POST` for a form.
    pub method: String,
    /// The header `Sec-Fetch-Site`, with which the browser says where the request comes from; `None` if it is missing or unknown.
    pub site: Option<String>,
    /// The names of the product's cookies that arrived.
    pub cookies: Vec<String>,
    /// Whether the API refuses such a request because it comes from another site.
    pub refused: bool,
}
