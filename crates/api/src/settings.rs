//! What the operator chose that HTTP needs to know.

use std::{fmt, str::FromStr, time::Duration};

use credential::sigv4::AdminCredentials;
use domain::TenantSlug;

use crate::TrustedProxies;

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Under which address the product is reached.
    pub public_url: PublicUrl,
    /// The password of all demo accounts; `None` outside a demonstration, and then none is listed.
    pub demo_password: Option<String>,
    /// Whether requests of other machines are refused, as those of a demonstration are.
    pub local_only: bool,
    /// The access keys of those who administer a pool.
    pub admins: AdminCredentials,
    /// How long a client may take to send a body; then the answer is 408.
    pub body_timeout: Duration,
    /// The proxies that may say where a request came from.
    pub proxies: TrustedProxies,
}

/// The bare address, `http://localhost:8080`. A company's is the same with its slug before the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    scheme: Scheme,
    base_domain: String,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// The text is no bare address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the public URL is a scheme, a host and perhaps a port, without a path")]
pub struct InvalidPublicUrl;

impl PublicUrl {
    /// The host without a company: `localhost`.
    pub fn base_domain(&self) -> &str {
        &self.base_domain
    }

    /// Whether browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// `http` or `https`.
    pub(crate) const fn scheme(&self) -> &'static str {
        match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// Where a company lives: `http://acme.localhost:8080`.
    pub fn company_origin(&self, slug: &TenantSlug) -> String {
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{}://{slug}.{}{port}", self.scheme(), self.base_domain)
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: actix_web::http::Uri =
            text.trim_end_matches('/').parse().map_err(|_| InvalidPublicUrl)?;
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            _ => return Err(InvalidPublicUrl),
        };
        let authority = uri.authority().ok_or(InvalidPublicUrl)?;
        let base_domain = authority.host().to_ascii_lowercase();
        let bare = uri.path_and_query().is_none_or(|rest| rest.as_str() == "/")
            && !authority.as_str().contains('@');
        if base_domain.is_empty() || !bare {
            return Err(InvalidPublicUrl);
        }
        Ok(Self { scheme, base_domain, port: authority.port_u16() })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.base_domain)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_lives_at_its_slug() {
        let url: PublicUrl = "http://localhost:8080/".parse().unwrap();
        assert_eq!(url.company_origin(&"acme".parse().unwrap()), "http://acme.localhost:8080");
        assert_eq!(url.to_string(), "http://localhost:8080");
    }

    #[test]
    fn an_address_with_anything_else_is_refused() {
        for odd in [
            "",
            "localhost",
            "ftp://localhost",
            "http://",
            "http://a/b",
            "http://u:p@a",
            "http://a?b",
        ] {
            assert_eq!(odd.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{odd}");
        }
    }
}
