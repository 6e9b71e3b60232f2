//! The state of the page's host: what kind of host it is, and whether its company is open.

use api_types::Code;

/// The state of the host, as far as replies have told. It decides what the whole page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostState {
    /// The host of a company, as far as is known.
    Company,
    /// The bare host, where the user chooses a company.
    BareHost,
    /// No company has this host.
    UnknownCompany,
    /// The company is closed.
    CompanyClosed,
}

impl HostState {
    /// The state that a refusal with this code means; `None` if it concerns only one request.
    pub(super) fn after(code: Code) -> Option<Self> {
        match code {
            Code::CompanyHostRequired => Some(Self::BareHost),
            Code::UnknownCompany | Code::UnknownHost => Some(Self::UnknownCompany),
            Code::CompanyClosed => Some(Self::CompanyClosed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_one_request_leaves_the_page_alone() {
        for code in [Code::WrongCredentials, Code::NotFound, Code::Forbidden, Code::Unavailable] {
            assert_eq!(HostState::after(code), None);
        }
    }
}
