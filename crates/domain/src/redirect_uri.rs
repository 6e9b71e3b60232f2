//! Where an application's browser may be sent back to: a registered redirect or sign-out address.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

use url::{Host, Url};

/// The longest registered address, in bytes.
const LONGEST: usize = 1024;

/// A registered address, in the very bytes in which it is compared and sent in `Location`.
///
/// It is one of (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1):
/// - `https` with a host;
/// - `http` with a loopback address, `localhost` or a name under it: no other host can be reached without TLS;
/// - a private-use scheme that contains a dot, followed by a path and no host: `com.example.app:/oauth2redirect`.
///
/// It is ASCII in the form that URL libraries write, without user info, fragment and wildcard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedirectUri(String);

/// Why an address cannot be registered. The text has a `hint:` line where there is something to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// It is empty.
    #[error("the address is empty\nhint: write it whole, such as `https://app.example/callback`")]
    Empty,
    /// It has more bytes than [`LONGEST`].
    #[error("the address has more than {LONGEST} bytes")]
    TooLong,
    /// It is no absolute URI.
    #[error(
        "the address is not an absolute URI\nhint: write it whole, such as `https://app.example/callback`"
    )]
    NotAbsolute,
    /// It has user info.
    #[error(
        "the address contains a user name or a password\nhint: leave out what stands before `@`"
    )]
    UserInfo,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("the address has a fragment\nhint: leave out `#` and what follows it")]
    Fragment,
    /// Its scheme is none of the three kinds.
    #[error(
        "the scheme `{0}` cannot be used\nhint: use `https`, or for an application on a device a scheme with a dot, such as `com.example.app:/callback`"
    )]
    Scheme(String),
    /// It is `http` to another host than this machine.
    #[error(
        "`http` is allowed only for 127.0.0.1, [::1] and `localhost`\nhint: use `https`: anyone on the way could read the code"
    )]
    NotLoopback,
    /// Its host contains `*`.
    #[error("the host contains `*`\nhint: register every address: they are compared, not matched")]
    Wildcard,
    /// Its host is no DNS name.
    #[error("the host contains something else than letters, digits, `-`, `_` and `.`")]
    Host,
    /// A private-use scheme is followed by a host (RFC 8252 §7.1).
    #[error(
        "a private-use scheme is followed by one slash: it has no host\nhint: write it as `{scheme}:/callback`"
    )]
    HostOfPrivateScheme {
        /// The scheme.
        scheme: String,
    },
    /// A URL library writes it otherwise, so that it would never be equal to what a client sends.
    #[error("the address is not written as URL libraries write it\nhint: write it as `{0}`")]
    NotCanonical(String),
    /// It contains a character that no URI has.
    #[error(
        "the address contains a character that a URI cannot have\nhint: percent-encode everything but letters, digits and `-._~:/?@!$&'()*+,;=`"
    )]
    Character,
}

impl RedirectUri {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may name this address. It is compared byte by byte, except for the port of a loopback IP literal: an application on a
    /// device listens on a port that it cannot know before (RFC 8252 §7.3). `localhost` is a name and no literal (§8.3).
    pub fn accepts(&self, sent: &str) -> bool {
        if sent == self.0 {
            return true;
        }
        match (loopback(&self.0), loopback(sent)) {
            (Some(registered), Some(sent)) => registered == sent,
            _ => false,
        }
    }

    /// The source with which a `Content-Security-Policy` allows a form to lead to `sent`, an address that this one accepts.
    pub fn policy_source(&self, sent: &str) -> Option<String> {
        let url = Url::parse(sent).ok().filter(|_| self.accepts(sent))?;
        let scheme = url.scheme();
        Some(match url.host() {
            Some(Host::Domain(_) | Host::Ipv4(_)) => url.origin().ascii_serialization(),
            // CSP Level 3 §2.3.1 has no IPv6 literals, and private-use schemes have no host.
            Some(Host::Ipv6(_)) | None => format!("{scheme}:"),
        })
    }
}

/// Host and rest of an `http` address of a loopback IP literal, without its port.
fn loopback(text: &str) -> Option<(&str, &str)> {
    let (authority, rest) = split_authority(text.strip_prefix("http://")?);
    let (host, port) = match authority.strip_prefix('[').and_then(|inside| inside.find(']')) {
        Some(end) => authority.split_at(end + 2),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let literal = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback()),
        None => host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback()),
    };
    let port_is_good = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (literal && port_is_good).then_some((host, rest))
}

fn split_authority(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()))
}

/// 1 to 65535, written without leading zeros.
fn is_port(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain && text.parse::<u16>().is_ok()
}

impl FromStr for RedirectUri {
    type Err = InvalidRedirectUri;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(InvalidRedirectUri::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidRedirectUri::TooLong);
        }
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::NotAbsolute)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidRedirectUri::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(InvalidRedirectUri::Fragment);
        }
        check_scheme(&url)?;
        check_host(&url)?;
        // Clients leave out the path as often as not, and that is no other spelling of a letter.
        let canonical = url.as_str();
        let without_path = canonical.strip_suffix('/').filter(|_| url.path() == "/");
        if text != canonical && Some(text) != without_path {
            return Err(InvalidRedirectUri::NotCanonical(canonical.to_owned()));
        }
        if !is_uri(text) {
            return Err(InvalidRedirectUri::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

fn check_scheme(url: &Url) -> Result<(), InvalidRedirectUri> {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(()),
        ("http", Some(host)) if is_this_machine(&host) => Ok(()),
        ("http", Some(_)) => Err(InvalidRedirectUri::NotLoopback),
        (scheme, host) if scheme.contains('.') => {
            if host.is_some() || !url.path().starts_with('/') || url.path().starts_with("//") {
                return Err(InvalidRedirectUri::HostOfPrivateScheme { scheme: scheme.to_owned() });
            }
            Ok(())
        }
        (scheme, _) => Err(InvalidRedirectUri::Scheme(scheme.to_owned())),
    }
}

/// WHATWG allows `;` and `,` in a host. In a policy they would end the source, so a host here has only what a DNS name has.
fn check_host(url: &Url) -> Result<(), InvalidRedirectUri> {
    let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
    if name.contains('*') {
        return Err(InvalidRedirectUri::Wildcard);
    }
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if plain { Ok(()) } else { Err(InvalidRedirectUri::Host) }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        // RFC 6761 §6.3: names under `localhost` are loopback too.
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The characters of RFC 3986 §2; brackets only round an IPv6 address.
fn is_uri(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, _) = split_authority(after_scheme);
    let outside = text.replacen(authority, "", 1);
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=%".contains(&byte);
    let authority_is_good = authority.bytes().all(|byte| allowed(byte) || b"[]".contains(&byte));
    let mut after_percent = text.split('%').skip(1);
    authority_is_good
        && outside.bytes().all(allowed)
        && after_percent.all(|rest| {
            rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        })
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
