//! Checks the address of `/metrics`: it must be on this machine or on an inner network, because metrics show what every tenant does.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::environment::{ConfigError, Environment, invalid};

const LISTEN: &str = "WATERTIGHT_METRICS_LISTEN";
const ALL_INTERFACES: &str = "WATERTIGHT_METRICS_ON_ALL_INTERFACES";

/// Refuses an address that the internet can reach. An unspecified address (`0.0.0.0`, `[::]`) includes such addresses, so it needs
/// `WATERTIGHT_METRICS_ON_ALL_INTERFACES=true`: in a container there is no other address to name.
///
/// # Errors
/// [`ConfigError::Invalid`] with the variable's name and what is allowed.
pub(crate) fn refuse_public(
    environment: &Environment<'_>,
    listen: SocketAddr,
) -> Result<(), ConfigError> {
    let on_all = environment.parsed(ALL_INTERFACES, false, "set it to `true` or `false`")?;
    let ip = listen.ip().to_canonical();
    if ip.is_unspecified() {
        return if on_all {
            Ok(())
        } else {
            Err(invalid(
                LISTEN,
                format!("`{listen}` is every interface of this machine, also the public ones"),
                "set it to an address of an inner network; in a container set `WATERTIGHT_METRICS_ON_ALL_INTERFACES=true` and do not publish the port on a public interface",
            ))
        };
    }
    if is_inner(ip) {
        return Ok(());
    }
    Err(invalid(
        LISTEN,
        format!("`{listen}` is a public address, and the metrics show what every company does"),
        "set it to a loopback, private or link-local address such as `127.0.0.1:9464`, or to `off`",
    ))
}

/// Loopback, private (RFC 1918, RFC 4193), link-local (RFC 3927, RFC 4291) and carrier-grade NAT (RFC 6598) addresses.
fn is_inner(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || is_shared(v4)
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// `100.64.0.0/10` (RFC 6598): not routed on the internet. Cloud providers use it for the machines of a cluster.
fn is_shared(v4: Ipv4Addr) -> bool {
    let [first, second, ..] = v4.octets();
    first == 100 && (64..128).contains(&second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(listen: &str, on_all: &'static str) -> Result<(), String> {
        let read = move |name: &str| (name == ALL_INTERFACES).then(|| on_all.to_owned());
        let refused = refuse_public(&Environment::new(&read), listen.parse().unwrap());
        refused.map_err(|error| error.to_string())
    }

    /// G14: metrics are shown on this machine and on inner networks.
    #[test]
    fn addresses_of_inner_networks_are_allowed() {
        for inner in [
            "127.0.0.1:9464",
            "10.1.2.3:1",
            "172.16.0.1:1",
            "172.31.255.255:1",
            "192.168.0.1:1",
            "169.254.10.1:1",
            "100.64.0.1:1",
            "100.127.255.255:1",
            "[::1]:1",
            "[fd00::1]:1",
            "[fe80::1]:1",
            "[::ffff:10.0.0.1]:1",
        ] {
            assert_eq!(checked(inner, ""), Ok(()), "{inner}");
        }
    }

    /// G14: a public address is refused with its variable and a hint, and no other variable allows it.
    #[test]
    fn public_addresses_are_refused() {
        for public in [
            "8.8.8.8:9464",
            "172.15.0.1:1",
            "172.32.0.1:1",
            "100.63.0.1:1",
            "100.128.0.1:1",
            "192.169.0.1:1",
            "203.0.113.7:1",
            "224.0.0.1:1",
            "255.255.255.255:1",
            "[2001:4860:4860::8888]:1",
            "[ff02::1]:1",
            "[::ffff:8.8.8.8]:1",
        ] {
            for on_all in ["", "true"] {
                let said = checked(public, on_all).unwrap_err();
                assert!(said.contains(LISTEN) && said.contains("\nhint: "), "{public}: {said}");
            }
        }
    }

    /// G14: every interface at once is allowed by a second variable only.
    #[test]
    fn all_interfaces_need_a_second_variable() {
        for all in ["0.0.0.0:9464", "[::]:9464", "[::ffff:0.0.0.0]:9464"] {
            for off in ["", "false"] {
                let said = checked(all, off).unwrap_err();
                assert!(said.contains(LISTEN) && said.contains(ALL_INTERFACES), "{all}: {said}");
            }
            assert_eq!(checked(all, "true"), Ok(()), "{all}");
        }
        assert!(checked("127.0.0.1:1", "yes").unwrap_err().contains(ALL_INTERFACES));
    }
}
