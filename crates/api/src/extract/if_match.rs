//! Reads `If-Match`: the version that a change is based on (RFC 9110 §13.1.1).

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use api_types::Code;
use domain::Version;
use futures_util::future::{Ready, ready};

use crate::error::ApiError;

/// The version in `If-Match: "7"`. Without the header the reply is 428: a change that does not name its version could undo another user's change. A list, a
/// weak tag and `*` are refused, because none of them names the version that the client read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfMatch(pub(crate) Version);

fn read(request: &HttpRequest) -> Result<IfMatch, ApiError> {
    let mut values = request.headers().get_all(header::IF_MATCH);
    let tag = match (values.next(), values.next()) {
        (None, _) => return Err(ApiError::new(Code::PreconditionRequired)),
        (Some(value), None) if value.is_empty() => return Err(refused(EMPTY)),
        (Some(value), None) => value.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Err(refused(REPEATED)),
    };
    let version = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')?.parse().ok());
    version.map(IfMatch).ok_or_else(|| refused(MALFORMED))
}

const EMPTY: &str = "`If-Match` is empty: send the `version` that you read, in quotes: `\"7\"`.";
const REPEATED: &str =
    "Repeated header `If-Match`: send it once, with the `version` that you read: `\"7\"`.";
const MALFORMED: &str =
    "Invalid `If-Match`: expected one `version`, the one that you read, in quotes: `\"7\"`.";

fn refused(detail: &str) -> ApiError {
    ApiError::with_detail(Code::InvalidField, detail)
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn version(tags: &[&'static str]) -> Result<i64, Code> {
        let request = tags.iter().fold(TestRequest::default(), |request, tag| {
            request.append_header((header::IF_MATCH, *tag))
        });
        let read = read(&request.to_http_request());
        read.map(|IfMatch(version)| version.get()).map_err(|error| error.problem("").code)
    }

    #[test]
    fn one_version_in_quotes_is_read_and_nothing_else() {
        assert_eq!(version(&["\"7\""]), Ok(7));
        assert_eq!(version(&[]), Err(Code::PreconditionRequired));
        for odd in ["7", "*", "W/\"7\"", "\"7\", \"8\"", "\"07\"", "\"-1\"", "\"\"", "\"", "\"x\""]
        {
            assert_eq!(version(&[odd]), Err(Code::InvalidField), "{odd}");
        }
        assert_eq!(version(&["\"7\"", "\"7\""]), Err(Code::InvalidField));
    }

    #[test]
    fn a_missing_an_empty_a_repeated_and_a_malformed_version_have_their_own_texts() {
        for (tags, said) in [
            (&[] as &[&'static str], "Send `If-Match`"),
            (&[""], "`If-Match` is empty"),
            (&["\"7\"", "\"7\""], "Repeated header `If-Match`"),
            (&["7"], "Invalid `If-Match`: expected one `version`"),
        ] {
            let request = tags.iter().fold(TestRequest::default(), |request, tag| {
                request.append_header((header::IF_MATCH, *tag))
            });
            let error = read(&request.to_http_request()).unwrap_err();
            assert!(error.detail().starts_with(said), "{}", error.detail());
        }
    }
}
