//! Registered redirect and sign-out addresses: where a browser may be sent back to an application.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

use url::{Host, Url};

/// The longest registered address, in bytes.
const LONGEST: usize = 1024;

/// A registered address. It is compared, and sent in `Location`, byte for byte.
///
/// The address is one of (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1):
/// - `https` with a host;
/// - `http` with a loopback address, `localhost` or a name under it: every other host requires TLS;
/// - a private-use scheme that contains a dot, followed by a path and no host: `com.example.app:/oauth2redirect`.
///
/// The address is ASCII, in the normalized form that URL libraries write, without user info, fragment or wildcard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedirectUri(String);

/// Why an address cannot be registered. The text has a `hint:` line if the operator can correct the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// The address is empty.
    #[error(
        "the address is empty\nhint: write the full address, such as `https://app.example/callback`"
    )]
    Empty,
    /// The address has more than 1024 bytes.
    #[error("the address has more than {LONGEST} bytes")]
    TooLong,
    /// The address is not an absolute URI.
    #[error(
        "the address is not an absolute URI\nhint: write the full address, such as `https://app.example/callback`"
    )]
    NotAbsolute,
    /// The address contains user info.
    #[error("the address contains a user name or a password\nhint: leave out the part before `@`")]
    UserInfo,
    /// The address has a fragment (RFC 6749 §3.1.2).
    #[error("the address has a fragment\nhint: leave out `#` and what follows it")]
    Fragment,
    /// The scheme is none of the three allowed kinds.
    #[error(
        "the scheme `{0}` is not allowed\nhint: use `https`, or for an application on a device a scheme with a dot, such as `com.example.app:/callback`"
    )]
    Scheme(String),
    /// The address is `http`, and its host is not a loopback host.
    #[error(
        "`http` is allowed only for 127.0.0.1, [::1] and `localhost`\nhint: use `https`: over `http`, the network could read the code"
    )]
    NotLoopback,
    /// The host contains `*`.
    #[error("the host contains `*`\nhint: register every address: `*` is not a pattern here")]
    Wildcard,
    /// The host is not a DNS name.
    #[error("the host contains a character other than letters, digits, `-`, `_` and `.`")]
    Host,
    /// A private-use scheme must be followed by one slash and a path, without a host (RFC 8252 §7.1).
    #[error(
        "a private-use scheme must be followed by one slash and no host\nhint: write it as `{scheme}:/callback`"
    )]
    HostOfPrivateScheme {
        /// The scheme of the address.
        scheme: String,
    },
    /// URL libraries write the address differently, so it would never equal the address that a client sends. The value is the form to register.
    #[error("the address is not in the form that URL libraries write\nhint: write it as `{0}`")]
    NotCanonical(String),
    /// The address contains a character that a URI cannot have.
    #[error(
        "the address contains a character that a URI cannot have\nhint: percent-encode everything but letters, digits and `-._~:/?@!$&'()*+,;=`"
    )]
    Character,
}

impl RedirectUri {
    /// The address exactly as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request that sends the address `sent` means this one. They are compared byte by byte, except for the port of a loopback IP literal: an
    /// application on a device cannot know in advance on which port it will listen (RFC 8252 §7.3). `localhost` is a name and not a literal (§8.3).
    pub fn accepts(&self, sent: &str) -> bool {
        if sent == self.0 {
            return true;
        }
        match (loopback(&self.0), loopback(sent)) {
            (Some(registered), Some(sent)) => registered == sent,
            _ => false,
        }
    }

    /// The `Content-Security-Policy` source that allows a form to lead to `sent`; `None` if this address does not accept `sent`.
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

/// The host and the rest of an `http` address with a loopback IP literal, without the port; `None` for any other address.
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

/// Whether the text is a port: 1 to 65535, without leading zeros.
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
        // An empty path may be left out, as many clients do: `https://app.example` is accepted as well as `https://app.example/`.
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

/// WHATWG allows `;` and `,` in a host. In a `Content-Security-Policy` they would end the source, so only the characters of DNS names are allowed.
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

/// Whether the text has only the characters of RFC 3986 §2, and brackets only around an IPv6 address.
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
