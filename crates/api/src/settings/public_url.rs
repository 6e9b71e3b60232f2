//! The address at which clients reach the product.

use std::{fmt, str::FromStr};

use domain::TenantSlug;

/// The product's URL without a company, such as `http://localhost:8080`. A company's URL has its slug before the host.
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

/// Why a text is not a [`PublicUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// The text is empty.
    #[error("the URL is empty: expected one such as `https://hr.example`")]
    Empty,
    /// The text is not a URL with a host.
    #[error("expected `http` or `https`, a host and optionally a port")]
    Malformed,
    /// The URL contains a user or a password.
    #[error("the URL contains a user: expected a host and optionally a port")]
    UserInfo,
    /// The URL contains a path or a query.
    #[error("the URL contains a path or a query: expected a host and optionally a port")]
    Path,
}

impl PublicUrl {
    /// The host without a company, such as `localhost`.
    pub fn base_domain(&self) -> &str {
        &self.base_domain
    }

    /// Whether clients reach the product over TLS.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The scheme: `http` or `https`.
    pub(crate) const fn scheme(&self) -> &'static str {
        match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// The origin of a company's pages, such as `http://acme.localhost:8080`.
    pub fn company_origin(&self, slug: &TenantSlug) -> String {
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{}://{slug}.{}{port}", self.scheme(), self.base_domain)
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(InvalidPublicUrl::Empty);
        }
        let uri: actix_web::http::Uri =
            text.trim_end_matches('/').parse().map_err(|_| InvalidPublicUrl::Malformed)?;
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            _ => return Err(InvalidPublicUrl::Malformed),
        };
        let authority = uri.authority().ok_or(InvalidPublicUrl::Malformed)?;
        let base_domain = authority.host().to_ascii_lowercase();
        if base_domain.is_empty() {
            return Err(InvalidPublicUrl::Malformed);
        }
        if authority.as_str().contains('@') {
            return Err(InvalidPublicUrl::UserInfo);
        }
        if uri.path_and_query().is_some_and(|rest| rest.as_str() != "/") {
            return Err(InvalidPublicUrl::Path);
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
    fn the_host_of_a_tenant_begins_with_its_slug() {
        let url: PublicUrl = "http://localhost:8080/".parse().unwrap();
        assert_eq!(url.company_origin(&"acme".parse().unwrap()), "http://acme.localhost:8080");
        assert_eq!(url.to_string(), "http://localhost:8080");
    }

    #[test]
    fn a_public_url_with_a_path_user_or_query_is_refused() {
        for (odd, error) in [
            ("", InvalidPublicUrl::Empty),
            ("localhost", InvalidPublicUrl::Malformed),
            ("ftp://localhost", InvalidPublicUrl::Malformed),
            ("http://", InvalidPublicUrl::Malformed),
            ("http://a/b", InvalidPublicUrl::Path),
            ("http://a?b", InvalidPublicUrl::Path),
            ("http://u:p@a", InvalidPublicUrl::UserInfo),
        ] {
            assert_eq!(odd.parse::<PublicUrl>(), Err(error), "{odd}");
        }
    }
}
