//! Parses query strings and forms within a fixed bound, so that no client can make the server do more than linear work (row G1).

use std::collections::{BTreeMap, btree_map::Entry};

use actix_web::{HttpMessage, HttpRequest};
use api_types::Code;

use crate::error::ApiError;

/// The largest query string or form, in bytes. The largest one that a client needs to send contains one access token, about 2 KiB.
pub(crate) const LARGEST: usize = 8 << 10;
/// The most parameters in a query string or form. No endpoint has more than twelve.
pub(crate) const MOST: usize = 32;

const FORM: &str = "application/x-www-form-urlencoded";

/// Why a query string or form is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidParameters {
    /// The text has more than [`LARGEST`] bytes.
    #[error("the parameters are too large: at most 8 KiB are allowed")]
    TooLarge,
    /// The text has more than [`MOST`] parameters.
    #[error("there are too many parameters: at most 32 are allowed")]
    TooMany,
    /// The body does not have the media type of a form.
    #[error("the body is not a form: send Content-Type: application/x-www-form-urlencoded")]
    NotAForm,
}

/// The parameters of one request, by name. The first value counts; repetitions are recorded.
#[derive(Debug)]
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

#[derive(Debug)]
struct Parameter {
    value: String,
    is_repeated: bool,
}

/// Refuses a query string or form outside the bound. One pass over the bytes; nothing is decoded or allocated.
///
/// # Errors
/// [`InvalidParameters::TooLarge`] or [`InvalidParameters::TooMany`].
pub(crate) fn check(text: &[u8]) -> Result<(), InvalidParameters> {
    if text.len() > LARGEST {
        return Err(InvalidParameters::TooLarge);
    }
    // Empty pairs are no parameters (WHATWG URL, application/x-www-form-urlencoded parsing, step 3).
    if text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).nth(MOST).is_some() {
        return Err(InvalidParameters::TooMany);
    }
    Ok(())
}

impl Parameters {
    /// Parses the query string of a request.
    ///
    /// # Errors
    /// As for [`check`].
    pub(crate) fn of_query(request: &HttpRequest) -> Result<Self, InvalidParameters> {
        Self::parse(request.query_string().as_bytes())
    }

    /// Parses the body of a request as a form.
    ///
    /// # Errors
    /// As for [`check`]; [`InvalidParameters::NotAForm`] if `Content-Type` is another.
    pub(crate) fn of_form(request: &HttpRequest, body: &[u8]) -> Result<Self, InvalidParameters> {
        if request.content_type() == FORM {
            Self::parse(body)
        } else {
            Err(InvalidParameters::NotAForm)
        }
    }

    /// Parses `name=value&…`. Each name is compared with at most `log2` [`MOST`] others.
    ///
    /// # Errors
    /// As for [`check`].
    pub(crate) fn parse(text: &[u8]) -> Result<Self, InvalidParameters> {
        check(text)?;
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text).into_owned() {
            match parameters.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(Parameter { value, is_repeated: false });
                }
                Entry::Occupied(mut entry) => entry.get_mut().is_repeated = true,
            }
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter; `None` if it was not sent or is empty (RFC 6749 §3.1: an empty parameter counts as omitted).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|parameter| parameter.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a parameter was sent more than once.
    pub(crate) fn is_repeated(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|parameter| parameter.is_repeated)
    }

    /// Whether any parameter was sent more than once.
    pub(crate) fn has_repetitions(&self) -> bool {
        self.0.values().any(|parameter| parameter.is_repeated)
    }

    /// The first value of each parameter, in the order of the names.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|parameter| parameter.value.as_str())
    }

    /// The names of all parameters, each once, in alphabetical order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl InvalidParameters {
    /// The same as its `Display`, for `error_description`: printable ASCII (RFC 6749 §5.2).
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::TooLarge => "the parameters are too large: at most 8 KiB are allowed",
            Self::TooMany => "there are too many parameters: at most 32 are allowed",
            Self::NotAForm => {
                "the body is not a form: send Content-Type: application/x-www-form-urlencoded"
            }
        }
    }
}

impl From<InvalidParameters> for ApiError {
    fn from(invalid: InvalidParameters) -> Self {
        let detail = match invalid {
            InvalidParameters::TooLarge => "The parameters are too large: send at most 8 KiB.",
            InvalidParameters::TooMany => "There are too many parameters: send at most 32.",
            InvalidParameters::NotAForm => {
                "The body is not a form: send `Content-Type: application/x-www-form-urlencoded`."
            }
        };
        Self::with_detail(Code::BadRequest, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Parameters, InvalidParameters> {
        Parameters::parse(text.as_bytes())
    }

    /// `count` parameters with different names.
    fn many(count: usize) -> String {
        (0..count).map(|n| format!("p{n}=v")).collect::<Vec<_>>().join("&")
    }

    /// One parameter, `bytes` long in all.
    fn large(bytes: usize) -> String {
        format!("p={}", "v".repeat(bytes - 2))
    }

    /// G1: up to the bound everything is parsed; one byte or one parameter more is refused, and so are twice and many times as much. The work that an
    /// endpoint does with parameters is therefore bounded by a constant.
    #[test]
    fn the_number_and_the_size_of_parameters_are_bounded() {
        assert_eq!(parse(&many(MOST)).unwrap().names().count(), MOST);
        assert_eq!(parse(&large(LARGEST)).unwrap().get("p").unwrap().len(), LARGEST - 2);
        for beyond in [MOST + 1, 2 * MOST, 1_000] {
            assert_eq!(parse(&many(beyond)).err(), Some(InvalidParameters::TooMany), "{beyond}");
        }
        for beyond in [LARGEST + 1, 2 * LARGEST, 64 << 10] {
            assert_eq!(parse(&large(beyond)).err(), Some(InvalidParameters::TooLarge), "{beyond}");
        }
        assert_eq!(parse(&many(15_000)).err(), Some(InvalidParameters::TooLarge));
    }

    /// G1: the bound counts the parameters that are sent, however they are written: repeated names and names without a value count, empty pairs do not.
    #[test]
    fn every_parameter_counts_and_an_empty_pair_does_not() {
        assert_eq!(parse(&"a=1&".repeat(MOST + 1)).err(), Some(InvalidParameters::TooMany));
        assert_eq!(parse(&"a&".repeat(MOST + 1)).err(), Some(InvalidParameters::TooMany));
        assert_eq!(parse(&"=&".repeat(MOST + 1)).err(), Some(InvalidParameters::TooMany));
        assert_eq!(parse(&format!("{}a=1", "&".repeat(4_000))).unwrap().get("a"), Some("1"));
    }

    #[test]
    fn a_repeated_name_is_detected_in_every_encoding() {
        let parameters = parse("a=1&b=2&%61=3&c=").unwrap();
        assert!(parameters.is_repeated("a") && parameters.has_repetitions());
        assert!(!parameters.is_repeated("b") && !parameters.is_repeated("x"));
        assert_eq!((parameters.get("a"), parameters.get("b")), (Some("1"), Some("2")));
        assert_eq!((parameters.get("c"), parameters.get("x")), (None, None));
        assert_eq!(parameters.names().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(!parse("a=1&b=1").unwrap().has_repetitions());
    }

    #[test]
    fn the_description_equals_the_displayed_text() {
        for invalid in
            [InvalidParameters::TooLarge, InvalidParameters::TooMany, InvalidParameters::NotAForm]
        {
            assert_eq!(invalid.to_string(), invalid.description());
        }
    }
}
