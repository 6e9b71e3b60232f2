//! Reads the page's host: the company that it names, and the URLs of the picker and of other companies.

use api_types::routes::SIGN_IN;
use domain::TenantSlug;

use crate::client::HostState;

/// The host of this page, split into its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    scheme: String,
    /// Name and port, as in the address bar.
    address: String,
    company: Option<TenantSlug>,
}

impl Host {
    /// Builds a host from `location.protocol` (`https:`), `location.hostname` and `location.port`.
    pub(crate) fn parse(protocol: &str, hostname: &str, port: &str) -> Self {
        let address =
            if port.is_empty() { hostname.to_owned() } else { format!("{hostname}:{port}") };
        Self { scheme: protocol.to_owned(), address, company: company_in(hostname) }
    }

    /// Reads the host of this page from the browser.
    pub(crate) fn here() -> Self {
        let location = leptos::prelude::window().location();
        let part = |part: Result<String, _>| part.unwrap_or_default();
        Self::parse(&part(location.protocol()), &part(location.hostname()), &part(location.port()))
    }

    /// The company that the host seems to name. Only the server knows whether it exists; this only decides the first request.
    pub(crate) fn company(&self) -> Option<&TenantSlug> {
        self.company.as_ref()
    }

    /// The state to assume until the server has replied.
    pub(crate) fn host_state(&self) -> HostState {
        if self.company.is_some() { HostState::Company } else { HostState::BareHost }
    }

    /// The URL of the company picker, which is on the bare host.
    pub(crate) fn picker(&self) -> String {
        let host = match (&self.company, self.address.split_once('.')) {
            (Some(_), Some((_, base))) => base,
            _ => &self.address,
        };
        format!("{}//{host}/", self.scheme)
    }

    /// The URL of a company's sign-in page. Valid only if this is the bare host.
    pub(crate) fn sign_in_of(&self, company: &TenantSlug) -> String {
        format!("{}//{company}.{}{SIGN_IN}", self.scheme, self.address)
    }

    /// The host as in the address bar: `acme.localhost:8080`.
    pub(crate) fn name(&self) -> String {
        self.address.clone()
    }

    /// The part of a company's host after its name: `.localhost:8080`.
    pub(crate) fn suffix(&self) -> String {
        format!(".{}", self.address)
    }
}

/// `acme` for `acme.localhost` and `acme.watertight.example`; `None` for `localhost`, `watertight.example` and IP addresses.
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
