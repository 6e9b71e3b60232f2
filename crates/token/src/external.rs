//! Tokens of external issuers (row T11): a real Cognito pool, or any `OpenID` issuer, that a tenant trusts by configuration.

use domain::{AccessScope, ClientId, PrintableText, TenantId};
use serde::Deserialize;

use crate::{
    InvalidToken, IssuerUrl, Leeway, lifetime::Times, verified_external::VerifiedExternal,
};

/// An issuer that a tenant trusts, and what its access tokens must contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIssuer {
    /// The tenant whose users the issuer signs in. It comes from configuration and never from a token.
    pub tenant: TenantId,
    /// The required value of `iss`.
    pub url: IssuerUrl,
    /// How a token shows that it is meant for this API.
    pub audience: Audience,
    /// The longest accepted lifetime of its tokens.
    pub lifetime: ExternalLifetime,
}

/// How a token shows that it is meant for this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A Cognito pool: `token_use` is `access` and `client_id` is one of these.
    Clients(Vec<ClientId>),
    /// Any other issuer: `aud` contains this value, and the claims that mark an ID token are absent. Use the name of this API and never a client id, because
    /// ID tokens have the client id in `aud`.
    Resource(String),
}

/// The longest accepted lifetime of an external token: 5 minutes to a day. A token that its issuer revoked is accepted until it expires: we are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalLifetime(u16);

/// The number of minutes is outside the bounds of [`ExternalLifetime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid lifetime of external tokens: expected 5 to 1440 minutes")]
pub struct InvalidExternalLifetime;

/// The longest accepted `sub` (`OpenID` Connect Core §2), `jti` and `origin_jti`, in bytes.
const LONGEST_NAME: usize = 255;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    /// When the user signed in. Optional (`OpenID` Connect Core §2); Cognito sends it.
    auth_time: Option<i64>,
    aud: Option<OneOrMany>,
    client_id: Option<String>,
    azp: Option<String>,
    token_use: Option<String>,
    scope: Option<OneOrMany>,
    scp: Option<OneOrMany>,
    jti: Option<String>,
    origin_jti: Option<String>,
    nonce: Option<serde_json::Value>,
    at_hash: Option<serde_json::Value>,
    c_hash: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl ExternalIssuer {
    /// Checks the claims of a token whose signature was verified with one of this issuer's keys.
    pub(crate) fn read(
        &self,
        payload: &[u8],
        leeway: Leeway,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<VerifiedExternal, InvalidToken> {
        let claims: Claims = crate::json::object(payload).ok_or(InvalidToken::Claims)?;
        if claims.iss != self.url.as_str() {
            return Err(InvalidToken::WrongIssuer);
        }
        self.audience.check(&claims)?;
        let times = Times { issued: claims.iat, not_before: claims.nbf, expires: claims.exp };
        times.check(now, leeway, self.lifetime.seconds())?;
        let names = [Some(&claims.sub), claims.jti.as_ref(), claims.origin_jti.as_ref()];
        let odd =
            |name: &String| name.is_empty() || PrintableText::parse(name, LONGEST_NAME).is_err();
        if names.into_iter().flatten().any(odd) {
            return Err(InvalidToken::Claims);
        }
        let words = [claims.scope, claims.scp].into_iter().flatten().flat_map(OneOrMany::words);
        let scopes: Vec<AccessScope> = words.filter_map(|word| word.parse().ok()).collect();
        VerifiedExternal::new(self, claims.sub, claims.client_id.or(claims.azp), scopes)
            .with_ids(claims.jti, claims.origin_jti)
            .with_times(
                claims.auth_time.unwrap_or(claims.iat).min(claims.iat),
                claims.iat,
                claims.exp,
            )
    }

    /// Whether one token could satisfy both issuers, so that its tenant would be ambiguous.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let shared = match (&self.audience, &other.audience) {
            (Audience::Clients(one), Audience::Clients(other)) => {
                one.iter().any(|client| other.contains(client))
            }
            (Audience::Resource(one), Audience::Resource(other)) => one == other,
            // One token can have both a `client_id` and an `aud`.
            _ => true,
        };
        self.url == other.url && shared
    }
}

impl ExternalLifetime {
    /// The lifetime of that many minutes.
    ///
    /// # Errors
    /// [`InvalidExternalLifetime`] if `minutes` is less than 5 or more than 1440 (a day).
    pub const fn from_minutes(minutes: u16) -> Result<Self, InvalidExternalLifetime> {
        if minutes < 5 || minutes > 24 * 60 {
            return Err(InvalidExternalLifetime);
        }
        Ok(Self(minutes))
    }

    fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl Default for ExternalLifetime {
    /// One hour: Cognito's default lifetime.
    fn default() -> Self {
        Self(60)
    }
}

impl Audience {
    fn check(&self, claims: &Claims) -> Result<(), InvalidToken> {
        match self {
            Self::Clients(clients) => {
                if claims.token_use.as_deref() != Some("access") {
                    return Err(InvalidToken::WrongUse);
                }
                let client = claims.client_id.as_deref();
                let ours = clients.iter().any(|one| Some(one.as_str()) == client);
                ours.then_some(()).ok_or(InvalidToken::WrongAudience)
            }
            Self::Resource(resource) => {
                let odd_use = claims.token_use.as_deref().is_some_and(|word| word != "access");
                let marks = [&claims.nonce, &claims.at_hash, &claims.c_hash];
                // An access token has scopes. A refreshed ID token may have none of the marks, but it has no scopes either.
                let says_nothing = claims.scope.is_none() && claims.scp.is_none();
                if odd_use || says_nothing || marks.iter().any(|mark| mark.is_some()) {
                    return Err(InvalidToken::WrongUse);
                }
                let ours = claims.aud.as_ref().is_some_and(|aud| aud.holds(resource));
                ours.then_some(()).ok_or(InvalidToken::WrongAudience)
            }
        }
    }
}

impl OneOrMany {
    fn holds(&self, word: &str) -> bool {
        match self {
            Self::One(one) => one == word,
            Self::Many(many) => many.iter().any(|one| one == word),
        }
    }

    /// The scopes: one space-separated text, or a list of words.
    fn words(self) -> Vec<String> {
        match self {
            Self::One(text) => text.split(' ').map(str::to_owned).collect(),
            Self::Many(words) => words,
        }
    }
}
