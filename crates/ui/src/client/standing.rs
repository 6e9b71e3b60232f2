//! Where the browser stands, as far as replies have said.

use api_types::Code;

/// What concerns the whole page and not one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// On a company's host, as far as we know.
    Company,
    /// On the bare host, where companies are chosen.
    BareHost,
    /// No company lives at this host.
    UnknownCompany,
    /// The company is closed.
    CompanyClosed,
}

impl Standing {
    /// Where a refusal with this code leaves the page, if it concerns all of it.
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
            assert_eq!(Standing::after(code), None);
        }
    }
}
