//! The parameters of a query or of a form. None may be there twice (RFC 6749 §3.1 and §3.2): which of them is meant cannot be known.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{self, HeaderMap},
};
use api_types::OauthError;

use super::refusal::Refusal;

/// Names and values in the order in which they were sent.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of a query.
    pub(super) fn of_query(request: &HttpRequest) -> Self {
        Self::parse(request.query_string().as_bytes())
    }

    /// Those of a form, each at most once.
    ///
    /// # Errors
    /// `invalid_request` if the body is no form, or if a parameter is there twice.
    pub(super) fn of_form(request: &HttpRequest, body: &[u8]) -> Result<Self, Refusal> {
        if request.content_type() != "application/x-www-form-urlencoded" {
            return Err(Refusal::Told(
                OauthError::InvalidRequest,
                "send a form: Content-Type: application/x-www-form-urlencoded",
            ));
        }
        let form = Self::parse(body);
        let each_once = form.0.iter().all(|(name, _)| !form.is_repeated(name));
        if each_once { Ok(form) } else { Err(Self::twice()) }
    }

    /// The value of that name. One that is empty was not sent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name);
        value.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of that name, which must be there.
    pub(super) fn need(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::Told(OauthError::InvalidRequest, missing))
    }

    /// Whether that name is there more than once.
    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }

    /// Whether any name is.
    pub(super) fn has_repetitions(&self) -> bool {
        self.0.iter().any(|(name, _)| self.is_repeated(name))
    }

    /// The refusal of one that is.
    pub(super) const fn twice() -> Refusal {
        Refusal::Told(OauthError::InvalidRequest, "a parameter is there twice")
    }

    fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }
}

/// The value of `Authorization`, if there is exactly one; two are none that could be read.
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Parameters::twice()),
        (Some(_), Some(_)) => Err(Parameters::twice()),
    }
}
