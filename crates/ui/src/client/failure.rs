//! Why a request failed, with texts for the user.

use api_types::{Code, Problem};

use super::host_state::HostState;

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The page cancelled the request.
    Cancelled,
    /// No reply arrived within the timeout.
    Unreachable,
    /// The code of a page could not be downloaded.
    PageNotLoaded,
    /// The server refused the request and said why.
    Refused {
        /// The server's explanation (RFC 9457).
        problem: Box<Problem>,
        /// Seconds to wait before the next try, from `Retry-After`.
        retry_after: Option<u32>,
    },
    /// The reply does not have the expected form: a proxy's page, or the JSON of another version.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// The request's id, if the reply has one.
        request_id: Option<String>,
    },
}

impl Failure {
    /// The problem code, if the server refused the request.
    pub(crate) fn code(&self) -> Option<Code> {
        match self {
            Self::Refused { problem, .. } => Some(problem.code),
            _ => None,
        }
    }

    /// What happened, in a few words.
    pub(crate) fn headline(&self) -> String {
        match (self, self.code()) {
            (Self::Cancelled | Self::Unreachable, _) => "The server does not answer".into(),
            (Self::PageNotLoaded, _) => "This page could not be loaded".into(),
            (_, Some(Code::Unavailable)) => "Temporarily unavailable".into(),
            (_, Some(Code::TooManyRequests)) => "Too many requests".into(),
            (_, Some(Code::InvalidField | Code::InvalidCursor | Code::BadRequest)) => {
                "This link is not valid".into()
            }
            (_, Some(Code::Forbidden)) => "Your role does not allow you to see this".into(),
            (_, Some(Code::NotFound)) => "Not found".into(),
            _ => "Something went wrong on our side".into(),
        }
    }

    /// What the user can do, or the server's explanation as a sentence.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Cancelled | Self::Unreachable => "Check your connection, then try again.".into(),
            Self::PageNotLoaded => {
                "Check your connection, then try again. If that does not help, reload: the site may have been updated.".into()
            }
            Self::Unreadable { status, .. } => {
                format!(
                    "This page cannot read the server's reply (status {status}). Reload the page: it may be out of date."
                )
            }
            Self::Refused { problem, .. } => sentence(&problem.detail),
        }
    }

    /// What is wrong with the value of a field, to show at the field. Empty if nothing is wrong with it.
    pub(crate) fn field_advice(&self, field: &str) -> String {
        let Self::Refused { problem, .. } = self else { return String::new() };
        let Some(error) = problem.errors.iter().find(|error| error.field == field) else {
            return String::new();
        };
        // The label of the field is next to the text, so the name in front of the reason is left out.
        sentence(error.detail.split_once(": ").map_or(&*error.detail, |(_, why)| why))
    }

    /// The request's id, to find it in the server's log.
    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused { problem, .. } => Some(&problem.request_id),
            Self::Unreadable { request_id, .. } => request_id.as_deref(),
            Self::Cancelled | Self::Unreachable | Self::PageNotLoaded => None,
        }
    }

    /// Seconds to wait before the next try; 0 if the server named none.
    pub(crate) fn retry_after(&self) -> u32 {
        match self {
            Self::Refused { retry_after, .. } => retry_after.unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether the failure replaces the whole page, for example by the sign-in page. The failure itself then need not be shown.
    pub(crate) fn concerns_the_whole_page(&self) -> bool {
        self.code()
            .is_some_and(|code| code == Code::NotSignedIn || HostState::after(code).is_some())
    }

    /// Whether the cause is the URL in the address bar or the user's role, so that a retry cannot help.
    pub(crate) fn is_the_links_fault(&self) -> bool {
        matches!(
            self.code(),
            Some(Code::InvalidField | Code::InvalidCursor | Code::BadRequest | Code::Forbidden)
        )
    }
}

/// Turns a `detail` of the API into a sentence for the page: with a capital letter and a full stop, and without backticks.
fn sentence(detail: &str) -> String {
    let mut text = detail.replace('`', "").replace('\n', ". ");
    if let Some(first) = text.chars().next() {
        text.replace_range(..first.len_utf8(), &first.to_ascii_uppercase().to_string());
    }
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use api_types::{FieldCode, FieldError};

    use super::*;

    fn refused(code: Code) -> Failure {
        let problem = Problem {
            kind: String::new(),
            title: String::new(),
            status: 400,
            code,
            detail: "the cursor is of another sort".into(),
            request_id: "r1".into(),
            errors: Vec::new(),
            version: None,
        };
        Failure::Refused { problem: Box::new(problem), retry_after: Some(7) }
    }

    #[test]
    fn a_detail_becomes_a_sentence() {
        assert_eq!(refused(Code::InvalidCursor).advice(), "The cursor is of another sort.");
        assert_eq!(sentence("wrong\nhint: use `name`"), "Wrong. hint: use name.");
    }

    #[test]
    fn a_wrong_field_is_explained_without_its_name() {
        let mut failure = refused(Code::InvalidField);
        if let Failure::Refused { problem, .. } = &mut failure {
            let (field, detail) = ("phone".into(), "Invalid `phone`: the text is too long.".into());
            problem.errors = vec![FieldError { field, code: FieldCode::TooLong, detail }];
        }
        assert_eq!(failure.field_advice("phone"), "The text is too long.");
        assert_eq!(failure.field_advice("name"), "");
    }

    #[test]
    fn a_refusal_tells_its_request_id_and_when_to_come_back() {
        let failure = refused(Code::Unavailable);
        assert_eq!((failure.request_id(), failure.retry_after()), (Some("r1"), 7));
        assert!(!failure.is_the_links_fault());
        assert!(refused(Code::InvalidCursor).is_the_links_fault());
    }
}
