//! Refuses requests from other machines while this node is a demonstration, because its passwords are public.

use std::net::SocketAddr;

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use api_types::Code;

use crate::{Api, error::ApiError};

const LOCAL: &str = "This is a demonstration with public passwords, so it accepts requests only from its own machine. \
                     The operator can allow other machines with `WATERTIGHT_DEMO_ALLOW_REMOTE`.";

/// Wraps every request. The peer's address decides, because the client chooses the `Host` header.
pub(crate) async fn refuse_other_machines(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let local_only = request.app_data::<web::Data<Api>>().is_none_or(|api| api.settings.local_only);
    if local_only && !is_this_machine(request.peer_addr()) {
        return Ok(request.error_response(ApiError::with_detail(Code::Forbidden, LOCAL)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether the peer has a loopback address, also as an IPv4-mapped IPv6 address; `false` if the peer is unknown.
fn is_this_machine(peer: Option<SocketAddr>) -> bool {
    peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G7: only loopback addresses are this machine.
    #[test]
    fn a_peer_that_is_not_loopback_is_another_machine() {
        let is_local = |peer: &str| is_this_machine(Some(peer.parse().unwrap()));
        for own in ["127.0.0.1:1", "127.8.8.8:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(is_local(own), "{own}");
        }
        for other in [
            "0.0.0.0:1",
            "10.0.0.1:1",
            "172.17.0.1:1",
            "128.0.0.1:1",
            "[::]:1",
            "[fe80::1]:1",
            "[::ffff:10.0.0.1]:1",
            "[2001:db8::1]:1",
        ] {
            assert!(!is_local(other), "{other}");
        }
        assert!(!is_this_machine(None));
    }
}
