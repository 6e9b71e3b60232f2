//! Refuses a request by its target alone, before any lookup: it is too large (row G1), or it names another host than `Host` (case a5).

use actix_web::{
    dev::ServiceRequest,
    http::{Uri, header::HeaderMap, uri::Authority},
};
use api_types::Code;

use crate::{
    error::ApiError,
    extract::{host, parameters},
};

/// The longest path, in bytes. RFC 9110 §4.1 recommends that 8,000 are supported.
const LONGEST_PATH: usize = 8 << 10;

/// Checks the target of every request, whatever its route.
///
/// # Errors
/// 400 if path or query is too large, or if the target is in absolute form and its authority is not that of `Host`.
pub(crate) fn check(request: &ServiceRequest) -> Result<(), ApiError> {
    check_target(request.uri(), request.headers())
}

fn check_target(target: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
    if target.path().len() > LONGEST_PATH {
        return Err(ApiError::with_detail(
            Code::BadRequest,
            "The path is too long: send at most 8 KiB.",
        ));
    }
    parameters::check(target.query().unwrap_or_default().as_bytes())?;
    // A client that sends both must send the same host (RFC 9112 §3.2). Otherwise an intermediary and this server could choose two different companies.
    let named = target.authority().map(Authority::as_str);
    let agrees = named.is_none_or(|named| {
        host::authority(headers).is_ok_and(|host| host.eq_ignore_ascii_case(named))
    });
    if agrees {
        Ok(())
    } else {
        let detail = "The request target names another host than `Host`: send the same host in both, or a target without a host.";
        Err(ApiError::with_detail(Code::BadRequest, detail))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{self, HeaderValue};

    use super::*;

    fn check(target: &str, hosts: &[&'static str]) -> Result<(), String> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_static(host));
        }
        check_target(&target.parse().unwrap(), &headers).map_err(|error| error.detail().to_owned())
    }

    /// G11: an absolute target whose authority is not `Host` is refused (RFC 9112 §3.2.2).
    #[test]
    fn target_and_host_must_name_the_same_host() {
        let acme = ["acme.localhost:8080"];
        for same in ["/x", "*", "http://acme.localhost:8080/x", "http://ACME.localhost:8080/x?y"] {
            assert_eq!(check(same, &acme), Ok(()), "{same}");
        }
        for other in [
            "http://betaco.localhost:8080/x",
            "http://acme.localhost/x",
            "http://acme.localhost:8080@evil.example/",
            "http://user@acme.localhost:8080/",
            "betaco.localhost:8080",
        ] {
            assert!(check(other, &acme).is_err(), "{other}");
        }
        assert!(check("http://acme.localhost:8080/x", &[]).is_err());
        assert!(check("http://acme.localhost:8080/x", &[acme[0], acme[0]]).is_err());
    }

    /// G1: the target is bounded for every route, also for one that reads no parameter.
    #[test]
    fn a_target_beyond_the_bound_is_refused() {
        let query = |bytes: usize| format!("/x?{}", "a".repeat(bytes));
        assert_eq!(check(&query(parameters::LARGEST), &[]), Ok(()));
        assert!(check(&query(2 * parameters::LARGEST), &[]).unwrap_err().contains("8 KiB"));
        assert!(check(&format!("/x?{}", "a&".repeat(64)), &[]).unwrap_err().contains("32"));
        assert!(check(&format!("/{}", "a".repeat(LONGEST_PATH)), &[]).is_err());
    }
}
