//! Parameters under OAuth's rules: none may be sent twice (RFC 6749 §3.1 and §3.2), and errors use OAuth's codes.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
};
use api_types::OauthError;

use super::refusal::Refusal;
use crate::{error::ApiError, extract::parameters};

/// The parameters of one request.
pub(super) struct Parameters(parameters::Parameters);

impl Parameters {
    /// Parses a query string. Repeated names are kept, because the authorization endpoint reports them to the application's address.
    ///
    /// # Errors
    /// 400 if it is outside the bound of [`parameters::check`].
    pub(super) fn of_query(request: &HttpRequest) -> Result<Self, ApiError> {
        Ok(Self(parameters::Parameters::of_query(request)?))
    }

    /// Parses a form. Each parameter may be sent only once.
    ///
    /// # Errors
    /// `invalid_request` if the body is not a form, is outside the bound of [`parameters::check`], or has a parameter twice.
    pub(super) fn of_form(request: &HttpRequest, body: &[u8]) -> Result<Self, Refusal> {
        let form = parameters::Parameters::of_form(request, body)
            .map_err(|invalid| Refusal::Oauth(OauthError::InvalidRequest, invalid.description()))?;
        if form.has_repetitions() { Err(Self::repeated_parameter()) } else { Ok(Self(form)) }
    }

    /// The value of a parameter; `None` if it was not sent or is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// The value of a parameter that is required.
    ///
    /// # Errors
    /// `invalid_request` with the description `missing`.
    pub(super) fn need(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::Oauth(OauthError::InvalidRequest, missing))
    }

    /// Whether a parameter was sent more than once.
    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.0.is_repeated(name)
    }

    /// Whether any parameter was sent more than once.
    pub(super) fn has_repetitions(&self) -> bool {
        self.0.has_repetitions()
    }

    /// Whether the value of any parameter has a control character (including U+0000).
    pub(super) fn has_control_characters(&self) -> bool {
        self.0.values().any(|value| value.contains(char::is_control))
    }

    /// The refusal of a request with a repeated parameter.
    pub(super) const fn repeated_parameter() -> Refusal {
        Refusal::Oauth(OauthError::InvalidRequest, "a parameter is sent more than once")
    }
}

/// The value of `Authorization`; `None` if the header was not sent.
///
/// # Errors
/// `invalid_request` for two headers, and for one that is not visible ASCII.
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| invalid(NOT_ASCII)),
        (Some(_), Some(_)) => Err(invalid(TWO_HEADERS)),
    }
}

const NOT_ASCII: &str = "the Authorization header contains a character that is not visible ASCII";
const TWO_HEADERS: &str = "the Authorization header is sent more than once: send it once";

const fn invalid(why: &'static str) -> Refusal {
    Refusal::Oauth(OauthError::InvalidRequest, why)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// T7: a header that is not ASCII and a repeated one are different errors.
    #[test]
    fn an_odd_authorization_header_gets_a_true_error() {
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
            }
            match authorization(&headers) {
                Ok(value) => Ok(value.map(str::to_owned)),
                Err(Refusal::Oauth(OauthError::InvalidRequest, why)) => Err(why),
                Err(other) => panic!("another refusal: {other:?}"),
            }
        };
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[b"Basic YTpi"]), Ok(Some("Basic YTpi".to_owned())));
        assert_eq!(read(&[b"Basic \xe9"]), Err(NOT_ASCII));
        assert_eq!(read(&[b"Basic YTpi", b"Basic YTpi"]), Err(TWO_HEADERS));
    }
}
