//! The proxies that may report the client's address of a request. Otherwise the peer is the client.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, X_FORWARDED_FOR},
};
use ipnet::IpNet;
use throttle::ClientAddress;

/// The networks of the proxies in front of this server. Only these proxies may name a client in `X-Forwarded-For`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// Why a text is not a list of proxy networks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxies {
    /// A part of the text is neither an address nor a network.
    #[error("`{0}` is neither an IP address nor a network such as `10.0.0.0/8`")]
    Unreadable(String),
    /// A network contains every address, so each client could choose its own.
    #[error("`{0}` contains every address, so every client would be trusted as a proxy")]
    Everyone(IpNet),
}

impl TrustedProxies {
    /// The address of the client that sent a request.
    pub(crate) fn client_of(&self, request: &HttpRequest) -> ClientAddress {
        self.client_ip(request).into()
    }

    /// The IP address of the client that sent a request.
    pub(crate) fn client_ip(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        self.client(peer, request.headers())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client behind this peer. Each proxy appends the address that it sees, so the list is read from the end: the last address that is not a trusted
    /// proxy's is the client, and the client itself sent the entries before it. `Forwarded` (RFC 7239) is not read: a proxy that sets only one of the two
    /// headers passes the other on as the client wrote it.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let named = headers.get_all(X_FORWARDED_FOR).rev().flat_map(|value| {
            let text = value.to_str().unwrap_or_default();
            text.rsplit(',').map(|entry| address(entry.trim()))
        });
        for named in named {
            if !self.trusts(client) {
                break;
            }
            // This proxy reports no valid address, so its own address is the last one that is known.
            let Some(address) = named else { break };
            client = address;
        }
        client
    }
}

/// Parses an address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

impl FromStr for TrustedProxies {
    type Err = InvalidProxies;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            let network = network.map_err(|_| InvalidProxies::Unreadable(part.to_owned()))?;
            if network.prefix_len() == 0 {
                return Err(InvalidProxies::Everyone(network));
            }
            Ok(network)
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let proxies: TrustedProxies = proxies.parse().unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    /// G2: a peer that is not a trusted proxy cannot choose its address.
    #[test]
    fn a_header_of_an_untrusted_peer_is_ignored() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    /// G2: the rightmost address that is not a trusted proxy's counts; entries that a client writes before it do not.
    #[test]
    fn the_rightmost_untrusted_address_is_the_client() {
        let proxies = "10.0.0.0/8 2001:db8::1";
        assert_eq!(client(proxies, "10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client(proxies, "10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.9.9.9"]),
            "198.51.100.7"
        );
        assert_eq!(
            client(proxies, "10.0.0.1", &["203.0.113.9", "198.51.100.7:4711"]),
            "198.51.100.7"
        );
        assert_eq!(client(proxies, "2001:db8::1", &["[2001:db8:9::2]:80"]), "2001:db8:9::2");
        assert_eq!(client(proxies, "::ffff:10.0.0.1", &["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn a_proxy_that_names_no_address_counts_as_the_client() {
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn a_malformed_network_is_refused_and_named() {
        assert_eq!(
            "10.0.0.0/8, proxy".parse::<TrustedProxies>(),
            Err(InvalidProxies::Unreadable("proxy".to_owned()))
        );
        assert!(matches!("0.0.0.0/0".parse::<TrustedProxies>(), Err(InvalidProxies::Everyone(_))));
    }
}
