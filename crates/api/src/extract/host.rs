//! Finds which company the `Host` header names. No other header, no path, no parameter and no body names a company.

use actix_web::{
    HttpMessage,
    http::header::{self, HeaderMap},
};
use api_types::Code;
use domain::TenantSlug;

use crate::{error::ApiError, settings::PublicUrl};

/// The kind of host that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The bare host, such as `localhost`: the company picker, and routes that belong to no company.
    Bare,
    /// A company's host, such as `acme.localhost`.
    Company(TenantSlug),
}

/// Why a host is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvalidHost {
    /// The header is missing or empty.
    Missing,
    /// The header was sent more than once.
    Repeated,
    /// The header contains other characters than visible ASCII.
    Unreadable,
    /// The host is in another domain, or its label is not a valid slug.
    NotOurs,
}

impl Host {
    /// Reads the `Host` header (RFC 9112 §3.2 requires exactly one). Forwarded headers are ignored.
    pub(crate) fn of<M: HttpMessage>(request: &M, public: &PublicUrl) -> Result<Self, InvalidHost> {
        let authority = authority(request.headers())?;
        let name = match authority.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                name
            }
            Some(_) => return Err(InvalidHost::NotOurs),
            None => authority,
        };
        let name = name.to_ascii_lowercase();
        let label = name.strip_suffix(public.base_domain()).ok_or(InvalidHost::NotOurs)?;
        if label.is_empty() {
            return Ok(Self::Bare);
        }
        let slug = label.strip_suffix('.').ok_or(InvalidHost::NotOurs)?;
        slug.parse().map(Self::Company).map_err(|_| InvalidHost::NotOurs)
    }
}

/// The value of the `Host` header.
///
/// # Errors
/// [`InvalidHost`] if the header is missing, empty, repeated or not visible ASCII.
pub(crate) fn authority(headers: &HeaderMap) -> Result<&str, InvalidHost> {
    let mut hosts = headers.get_all(header::HOST);
    match (hosts.next(), hosts.next()) {
        (None, _) => Err(InvalidHost::Missing),
        (Some(host), None) if host.is_empty() => Err(InvalidHost::Missing),
        (Some(host), None) => host.to_str().map_err(|_| InvalidHost::Unreadable),
        (Some(_), Some(_)) => Err(InvalidHost::Repeated),
    }
}

impl From<InvalidHost> for ApiError {
    fn from(error: InvalidHost) -> Self {
        match error {
            InvalidHost::NotOurs => Self::new(Code::UnknownHost),
            InvalidHost::Missing => Self::with_detail(
                Code::BadRequest,
                "`Host` is missing: send the host of a company, such as `acme.localhost`.",
            ),
            InvalidHost::Repeated => {
                Self::with_detail(Code::BadRequest, "Repeated header `Host`: send it once.")
            }
            InvalidHost::Unreadable => Self::with_detail(
                Code::BadRequest,
                "Invalid `Host`: expected visible ASCII characters, such as `acme.localhost`.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    use super::*;

    fn host(value: &str) -> Result<Host, InvalidHost> {
        let request = TestRequest::get().insert_header((header::HOST, value)).to_srv_request();
        Host::of(&request, &"http://localhost:8080".parse().unwrap())
    }

    /// I3: the host names one company, or the request is refused.
    #[test]
    fn a_host_names_one_tenant_or_none() {
        assert_eq!(host("localhost:8080"), Ok(Host::Bare));
        assert_eq!(host("LOCALHOST"), Ok(Host::Bare));
        assert_eq!(host("acme.localhost"), Ok(Host::Company("acme".parse().unwrap())));
        assert_eq!(host("Acme.localhost:8080"), Ok(Host::Company("acme".parse().unwrap())));
    }

    /// I3: invalid hosts are refused.
    #[test]
    fn invalid_hosts_are_refused() {
        for odd in [
            "127.0.0.1:8080",
            "evil.example",
            "acmelocalhost",
            ".localhost",
            "a.b.localhost",
            "a*.localhost",
            "[x].localhost",
            "{a}.localhost",
            "a:b.localhost",
            "acme.localhost.",
            "acme.localhost:",
            "www.localhost",
            "ops.localhost",
        ] {
            assert_eq!(host(odd), Err(InvalidHost::NotOurs), "{odd}");
        }
    }

    #[test]
    fn a_missing_a_repeated_and_an_unreadable_host_are_told_apart() {
        let hosts = |hosts: &[&'static [u8]]| {
            let request = hosts.iter().fold(TestRequest::get(), |request, host| {
                request.append_header((header::HOST, HeaderValue::from_bytes(host).unwrap()))
            });
            Host::of(&request.to_srv_request(), &"http://localhost".parse().unwrap())
        };
        assert_eq!(hosts(&[]), Err(InvalidHost::Missing));
        assert_eq!(hosts(&[b""]), Err(InvalidHost::Missing));
        assert_eq!(hosts(&[b"acme.localhost", b"betaco.localhost"]), Err(InvalidHost::Repeated));
        assert_eq!(hosts(&[b"acm\xe9.localhost"]), Err(InvalidHost::Unreadable));
    }

    #[test]
    fn a_missing_a_repeated_and_an_unreadable_host_are_different_errors() {
        for (host, said) in [
            (InvalidHost::Missing, "`Host` is missing"),
            (InvalidHost::Repeated, "Repeated header `Host`"),
            (InvalidHost::Unreadable, "Invalid `Host`"),
        ] {
            let error = ApiError::from(host);
            assert_eq!(error.code(), Code::BadRequest);
            assert!(error.detail().starts_with(said), "{}", error.detail());
        }
    }
}
