//! The site that may embed a widget.

use std::{fmt, net::Ipv4Addr, str::FromStr};

/// The longest host name, in bytes (RFC 1035 §2.3.4).
const LONGEST_HOST: usize = 253;

/// The origin of a site that may embed a widget: `https` and a host, or `http` and a loopback host, with an optional port.
///
/// The server writes it into `frame-ancestors` unchanged, so it has only the characters of a host name and a port: no wildcard, no space and no `;`.
/// IPv6 addresses are not possible there (CSP Level 3 §2.3.1). It is in the form in which browsers write origins: lower case, without a default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameOrigin(String);

/// Why a text is not a [`FrameOrigin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFrameOrigin {
    /// The text is empty.
    #[error("expected the address of a site, such as `https://intranet.example`")]
    Empty,
    /// The text does not begin with `https://` or `http://`.
    #[error("expected `https://` and the name of a host, such as `https://intranet.example`")]
    Scheme,
    /// The text goes on after the host and the port.
    #[error(
        "expected the address of a site without a page: leave out the path, such as in `https://intranet.example`"
    )]
    Path,
    /// The text names a user.
    #[error("expected an address without a user name or a password")]
    User,
    /// The host is not a DNS name and not an IPv4 address.
    #[error(
        "expected a host name of letters, digits, `-` and `.`: no wildcard, and international names in the form that begins with `xn--`"
    )]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("expected a port from 1 to 65535 after the host")]
    Port,
    /// The scheme is `http`, and the host is not a loopback host.
    #[error(
        "`http` is allowed only for `localhost` and 127.0.0.1, because anyone on the network could change the page: use `https`"
    )]
    NotEncrypted,
}

impl FrameOrigin {
    /// The origin, as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FrameOrigin {
    type Err = InvalidFrameOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidFrameOrigin::Empty);
        }
        let lower = text.to_ascii_lowercase();
        let (scheme, rest) = lower.split_once("://").ok_or(InvalidFrameOrigin::Scheme)?;
        let usual_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(InvalidFrameOrigin::Scheme),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '\\']) {
            return Err(InvalidFrameOrigin::Path);
        }
        if authority.contains('@') {
            return Err(InvalidFrameOrigin::User);
        }
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, parse_port(port)?),
            None => (authority, usual_port),
        };
        check_host(host)?;
        if scheme == "http" && !is_this_machine(host) {
            return Err(InvalidFrameOrigin::NotEncrypted);
        }
        Ok(Self(if port == usual_port {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{port}")
        }))
    }
}

fn parse_port(text: &str) -> Result<u16, InvalidFrameOrigin> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| digits && *port != 0);
    port.ok_or(InvalidFrameOrigin::Port)
}

fn check_host(host: &str) -> Result<(), InvalidFrameOrigin> {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    if host.len() > LONGEST_HOST || !host.split('.').all(is_label) {
        return Err(InvalidFrameOrigin::Host);
    }
    // Browsers read a host whose last label is a number as an IPv4 address and write it in this one form (WHATWG URL §3.5).
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    if is_number && host.parse::<Ipv4Addr>().is_err() {
        return Err(InvalidFrameOrigin::Host);
    }
    Ok(())
}

/// Whether the host is this machine's own (RFC 6761 §6.3).
fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for FrameOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C6: an origin is stored as browsers write it.
    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (typed, origin) in [
            ("https://intranet.example", "https://intranet.example"),
            (" HTTPS://Intranet.Example/ ", "https://intranet.example"),
            ("https://intranet.example:443", "https://intranet.example"),
            ("https://intranet.example:8443/", "https://intranet.example:8443"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://192.0.2.7", "https://192.0.2.7"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://intranet.localhost", "http://intranet.localhost"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
        ] {
            assert_eq!(typed.parse().map(|origin: FrameOrigin| origin.0), Ok(origin.to_owned()));
        }
    }

    /// C6: a text that would allow more than one site, or end the directive, is refused.
    #[test]
    fn any_other_text_is_refused() {
        use InvalidFrameOrigin::{Empty, Host, NotEncrypted, Path, Port, Scheme, User};
        for (odd, why) in [
            ("", Empty),
            ("  ", Empty),
            ("*", Scheme),
            ("intranet.example", Scheme),
            ("ftp://intranet.example", Scheme),
            ("javascript://x", Scheme),
            ("https://intranet.example/home", Path),
            ("https://intranet.example?x", Path),
            ("https://intranet.example#x", Path),
            ("https://intranet.example//", Path),
            ("https://hr@intranet.example", User),
            ("https://", Host),
            ("https://*.example", Host),
            ("https://a.example https://b.example", Path),
            ("https://a.example *", Host),
            ("https://a.example; script-src *", Host),
            ("https://a.example,b", Host),
            ("https://a.example\nb", Host),
            ("https://bücher.example", Host),
            ("https://a..example", Host),
            ("https://a.example.", Host),
            ("https://-a.example", Host),
            ("https://127.1", Host),
            ("https://0x7f.0x1", Host),
            ("https://[::1]", Port),
            ("https://a.example:0", Port),
            ("https://a.example:", Port),
            ("https://a.example:+1", Port),
            ("https://a.example:65536", Port),
            ("http://intranet.example", NotEncrypted),
            ("http://localhost.example", NotEncrypted),
            ("http://192.0.2.7", NotEncrypted),
        ] {
            assert_eq!(odd.parse::<FrameOrigin>(), Err(why), "{odd}");
        }
        let long = format!("https://{}.example", vec!["a".repeat(63); 4].join("."));
        assert_eq!(long.parse::<FrameOrigin>(), Err(Host));
    }
}
