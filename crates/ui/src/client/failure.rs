//! Why a request brought nothing, in words for people.

use api_types::{Code, Problem};

use super::standing::Standing;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// We no longer wanted it.
    Cancelled,
    /// No reply came.
    Unreachable,
    /// The server said no, and why.
    Refused {
        /// The server's words.
        problem: Box<Problem>,
        /// Seconds until it is worth asking again.
        retry_after: Option<u32>,
    },
    /// A reply came that is not ours: a proxy's page, or another version's JSON.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// Finds the request in the log, if the reply carried it.
        request_id: Option<String>,
    },
}

impl Failure {
    /// The code of a refusal.
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
            (_, Some(Code::Unavailable)) => "Not available for a moment".into(),
            (_, Some(Code::TooManyRequests)) => "Too many requests at once".into(),
            (_, Some(Code::InvalidField | Code::InvalidCursor | Code::BadRequest)) => {
                "This link asks for something odd".into()
            }
            (_, Some(Code::Forbidden)) => "Your role may not see this".into(),
            (_, Some(Code::NotFound)) => "Nothing here".into(),
            _ => "Something broke on our side".into(),
        }
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Cancelled | Self::Unreachable => "Check your connection, then try again.".into(),
            Self::Unreadable { status, .. } => {
                format!(
                    "The reply (status {status}) was not one we understand. Reload the page; it may be out of date."
                )
            }
            Self::Refused { problem, .. } => sentence(&problem.detail),
        }
    }

    /// Finds the request in the log.
    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused { problem, .. } => Some(&problem.request_id),
            Self::Unreadable { request_id, .. } => request_id.as_deref(),
            Self::Cancelled | Self::Unreachable => None,
        }
    }

    /// Seconds until it is worth asking again.
    pub(crate) fn retry_after(&self) -> u32 {
        match self {
            Self::Refused { retry_after, .. } => retry_after.unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether the whole page is about to change because of it, so that there is no need to show it anywhere.
    pub(crate) fn concerns_the_whole_page(&self) -> bool {
        self.code().is_some_and(|code| code == Code::NotSignedIn || Standing::after(code).is_some())
    }

    /// Whether the address in the address bar is at fault, so that asking again cannot help.
    pub(crate) fn is_the_links_fault(&self) -> bool {
        matches!(
            self.code(),
            Some(Code::InvalidField | Code::InvalidCursor | Code::BadRequest | Code::Forbidden)
        )
    }
}

/// The API's texts begin in lower case and end without a full stop; on a page they are sentences.
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
    fn a_refusal_tells_its_request_id_and_when_to_come_back() {
        let failure = refused(Code::Unavailable);
        assert_eq!((failure.request_id(), failure.retry_after()), (Some("r1"), 7));
        assert!(!failure.is_the_links_fault());
        assert!(refused(Code::InvalidCursor).is_the_links_fault());
    }
}
