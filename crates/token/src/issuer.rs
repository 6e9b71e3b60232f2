//! The issuer of our own tokens: a pool of one tenant, under its own URL.

use std::{fmt, str::FromStr};

use domain::{PoolId, TenantId};

/// The value of `iss`: an `https` URL (or `http`, in development), without query, fragment or white space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssuerUrl(String);

/// Why a text is not an [`IssuerUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuerUrl {
    /// The text is empty.
    #[error("the issuer is empty: expected an `https` URL, exactly as in the claim `iss`")]
    Empty,
    /// The text has more than 255 bytes.
    #[error("the issuer is too long: expected at most {LONGEST} characters")]
    TooLong,
    /// The text is not a URL with a host, or contains a query, a fragment, user info or a space.
    #[error("invalid issuer: expected an `https` URL without user, query, fragment and spaces")]
    Malformed,
}

const LONGEST: usize = 255;

/// One of our own pools (row T1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    tenant: TenantId,
    pool: PoolId,
    url: IssuerUrl,
}

impl IssuerUrl {
    /// The URL as text, exactly as it is compared with `iss`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IssuerUrl {
    type Err = InvalidIssuerUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let odd = |byte: u8| !byte.is_ascii_graphic() || b"?#\"<>\\^`{|}@".contains(&byte);
        if text.is_empty() {
            return Err(InvalidIssuerUrl::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidIssuerUrl::TooLong);
        }
        if host.is_empty() || text.bytes().any(odd) {
            return Err(InvalidIssuerUrl::Malformed);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Issuer {
    /// The issuer of a tenant's pool. Its URL is `{base}/{pool}`.
    ///
    /// # Errors
    /// [`InvalidIssuerUrl`] if the base is not a URL.
    pub fn of_pool(tenant: TenantId, pool: PoolId, base: &str) -> Result<Self, InvalidIssuerUrl> {
        let url = format!("{}/{pool}", base.trim_end_matches('/')).parse()?;
        Ok(Self { tenant, pool, url })
    }

    /// The tenant whose users and machines get tokens from this pool.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The pool's id, the last part of the URL.
    pub const fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// The value of `iss` in the pool's tokens.
    pub const fn url(&self) -> &IssuerUrl {
        &self.url
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_issuer_is_its_pool_under_the_base() {
        let pool: PoolId = "eu-local-1_AcmeCorp1".parse().unwrap();
        for base in ["http://localhost:8080", "http://localhost:8080/"] {
            let issuer = Issuer::of_pool(TenantId::from_uuid(Uuid::nil()), pool.clone(), base);
            assert_eq!(
                issuer.unwrap().url().as_str(),
                "http://localhost:8080/eu-local-1_AcmeCorp1"
            );
        }
    }

    #[test]
    fn malformed_issuers_are_refused() {
        let long = format!("https://{}", "a".repeat(255));
        assert_eq!("".parse::<IssuerUrl>(), Err(InvalidIssuerUrl::Empty));
        assert_eq!(long.parse::<IssuerUrl>(), Err(InvalidIssuerUrl::TooLong));
        for odd in [
            "https://",
            "https:///x",
            "ftp://a",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "//a",
        ] {
            assert_eq!(odd.parse::<IssuerUrl>(), Err(InvalidIssuerUrl::Malformed), "{odd}");
        }
    }
}
