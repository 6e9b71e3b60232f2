//! Reads the host: which company it names, and where another company or the picker lives.

use domain::TenantSlug;

use crate::client::Standing;

/// The host of this page, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    scheme: String,
    /// Name and port, as in the address bar.
    address: String,
    company: Option<TenantSlug>,
}

impl Host {
    /// Takes `location.protocol` (`https:`), `location.hostname` and `location.port` apart.
    pub(crate) fn parse(protocol: &str, hostname: &str, port: &str) -> Self {
        let address =
            if port.is_empty() { hostname.to_owned() } else { format!("{hostname}:{port}") };
        Self { scheme: protocol.to_owned(), address, company: company_in(hostname) }
    }

    /// The host of this page.
    pub(crate) fn here() -> Self {
        let location = leptos::prelude::window().location();
        let part = |part: Result<String, _>| part.unwrap_or_default();
        Self::parse(&part(location.protocol()), &part(location.hostname()), &part(location.port()))
    }

    /// The company that the host seems to name. Only the server knows; this decides what to ask it first.
    pub(crate) fn company(&self) -> Option<&TenantSlug> {
        self.company.as_ref()
    }

    /// Where to start before the server has said anything.
    pub(crate) fn standing(&self) -> Standing {
        if self.company.is_some() { Standing::Company } else { Standing::BareHost }
    }

    /// The picker's address, seen from a company's host.
    pub(crate) fn picker(&self) -> String {
        let host = match (&self.company, self.address.split_once('.')) {
            (Some(_), Some((_, base))) => base,
            _ => &self.address,
        };
        format!("{}//{host}/", self.scheme)
    }

    /// A company's sign-in page, seen from the bare host.
    pub(crate) fn sign_in_of(&self, company: &TenantSlug) -> String {
        format!("{}//{company}.{}/sign-in", self.scheme, self.address)
    }

    /// The host as in the address bar: `acme.localhost:8080`.
    pub(crate) fn name(&self) -> String {
        self.address.clone()
    }

    /// What follows a company's name in its host: `.localhost:8080`.
    pub(crate) fn suffix(&self) -> String {
        format!(".{}", self.address)
    }
}

/// `acme` in `acme.localhost` and in `acme.watertight.example`; nothing in `localhost`, `watertight.example` or an address of numbers.
fn company_in(hostname: &str) -> Option<TenantSlug> {
    let (first, base) = hostname.split_once('.')?;
    let is_number = hostname.ends_with(|last: char| last.is_ascii_digit());
    if is_number || !(base == "localhost" || base.contains('.')) {
        return None;
    }
    first.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(hostname: &str) -> Option<String> {
        Host::parse("http:", hostname, "8080").company().map(ToString::to_string)
    }

    #[test]
    fn the_first_label_names_the_company() {
        assert_eq!(company("acme.localhost").as_deref(), Some("acme"));
        assert_eq!(company("acme.watertight.example").as_deref(), Some("acme"));
    }

    #[test]
    fn bare_hosts_addresses_and_reserved_names_name_no_company() {
        for bare in [
            "localhost",
            "watertight.example",
            "127.0.0.1",
            "[::1]",
            "www.watertight.example",
            "ops.localhost",
            "",
        ] {
            assert_eq!(company(bare), None, "{bare}");
        }
    }

    #[test]
    fn the_picker_and_another_company_keep_scheme_and_port() {
        let acme = Host::parse("https:", "acme.localhost", "8443");
        assert_eq!(acme.picker(), "https://localhost:8443/");
        let bare = Host::parse("http:", "localhost", "8080");
        assert_eq!(bare.picker(), "http://localhost:8080/");
        assert_eq!(
            "betaco".parse().map(|slug| bare.sign_in_of(&slug)),
            Ok("http://betaco.localhost:8080/sign-in".into())
        );
        assert_eq!(bare.suffix(), ".localhost:8080");
    }
}
