//! The fault switches of a node. The product has none.

use std::net::SocketAddr;

use lab::Faults;

use crate::config::{ConfigError, invalid};

/// The faults of a node that listens on this address: none.
///
/// # Errors
/// [`ConfigError`] in a lab build if other machines can reach the address, because they could switch locks off.
pub(crate) fn of_node(address: SocketAddr) -> Result<Faults, ConfigError> {
    let faults = Faults::default();
    let Some(notice) = faults.notice() else { return Ok(faults) };
    if address.ip().is_loopback() {
        tracing::warn!(notice, "lab.server.started");
        return Ok(faults);
    }
    Err(invalid(
        "WATERTIGHT_LISTEN",
        format!("other machines can reach `{address}`, so they could switch locks off"),
        "set it to `127.0.0.1:8080`",
    ))
}
