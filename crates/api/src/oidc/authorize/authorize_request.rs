//! Parses and validates an authorization request.

use api_types::OauthError;
use domain::{AccessScope, InvalidText, PrintableText};
use idp::{Application, UnknownScopes};
use token::{CodeChallenge, InvalidChallenge};

use super::super::{client, parameters::Parameters, refusal::Refusal};

/// The longest `nonce`, in bytes. It is bounded because it is copied into a token.
const LONGEST_NONCE: usize = 512;
const CONTROL_CHARACTER: &str = "a parameter has a control character";

/// A validated authorization request.
#[derive(Debug)]
pub(super) struct AuthorizeRequest {
    /// The scopes of the tokens.
    pub(super) scopes: Vec<AccessScope>,
    /// The PKCE challenge that the application's verifier must match.
    pub(super) challenge: CodeChallenge,
    /// The `nonce` that the ID token must repeat.
    pub(super) nonce: Option<PrintableText>,
    /// Whether the user may or must be asked to sign in.
    pub(super) prompt: Prompt,
    /// The greatest accepted age of the sign-in, in seconds.
    pub(super) max_age: Option<i64>,
}

/// When the user is asked to sign in (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Ask only if no user is signed in.
    IfNeeded,
    /// Never ask: `prompt=none`.
    None,
    /// Always ask: `prompt=login`.
    Login,
    /// Always ask, and the user may choose another account than the one that is signed in.
    SelectAccount,
}

impl AuthorizeRequest {
    /// Parses a request whose application and address are already validated.
    ///
    /// # Errors
    /// The error that the application receives at its address.
    pub(super) fn read(application: &Application, query: &Parameters) -> Result<Self, Refusal> {
        if query.has_repetitions() {
            return Err(Parameters::repeated_parameter());
        }
        if query.has_control_characters() {
            return Err(Refusal::Oauth(OauthError::InvalidRequest, CONTROL_CHARACTER));
        }
        refuse_unsupported(query)?;
        let invalid = |why| Refusal::Oauth(OauthError::InvalidRequest, why);
        // A missing method means `plain`, which is not supported.
        match query.get("code_challenge_method") {
            Some("S256") => {}
            Some(_) => return Err(invalid("code_challenge_method must be S256")),
            None => return Err(invalid("code_challenge_method is missing: send S256")),
        }
        let challenge = query.need("code_challenge", "code_challenge is missing")?;
        let challenge =
            challenge.parse().map_err(|wrong: InvalidChallenge| invalid(wrong.description()))?;
        let scopes = client::scopes(application, query.get("scope"), UnknownScopes::Ignore)?;
        if scopes.is_empty() {
            let why = "the client has no scope that it may ask for";
            return Err(Refusal::Oauth(OauthError::InvalidScope, why));
        }
        let nonce = query.get("nonce").map(|nonce| PrintableText::parse(nonce, LONGEST_NONCE));
        let nonce = nonce.transpose().map_err(|error| match error {
            InvalidText::TooLong { .. } => invalid("nonce is longer than 512 bytes"),
            InvalidText::ControlCharacter => invalid(CONTROL_CHARACTER),
        })?;
        let max_age = query.get("max_age").map(str::parse::<u32>).transpose();
        let max_age = max_age.map_err(|_| invalid("max_age must be a whole number of seconds"))?;
        let prompt = Prompt::read(query.get("prompt")).ok_or_else(|| {
            invalid("prompt must be none, or some of login, consent and select_account")
        })?;
        Ok(Self { scopes, challenge, nonce, prompt, max_age: max_age.map(i64::from) })
    }

    /// Whether the request needs a sign-in that is recent or new.
    pub(super) fn is_particular(&self) -> bool {
        self.prompt.asks_again() || self.max_age.is_some()
    }
}

impl Prompt {
    /// Whether a session that began before the request is not accepted.
    pub(super) fn asks_again(self) -> bool {
        matches!(self, Self::Login | Self::SelectAccount)
    }

    /// Parses `prompt`. `consent` is accepted but no user is asked to consent. The user chooses an account by signing in.
    fn read(text: Option<&str>) -> Option<Self> {
        let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
        match words.as_slice() {
            [] => Some(Self::IfNeeded),
            ["none"] => Some(Self::None),
            words
                if words
                    .iter()
                    .all(|word| ["login", "consent", "select_account"].contains(word)) =>
            {
                let asked = |prompt: &str| words.contains(&prompt);
                Some(if asked("select_account") {
                    Self::SelectAccount
                } else if asked("login") {
                    Self::Login
                } else {
                    Self::IfNeeded
                })
            }
            _ => None,
        }
    }
}

/// Refuses parameters that would change the meaning of the request if they were ignored.
fn refuse_unsupported(query: &Parameters) -> Result<(), Refusal> {
    for (name, error) in [
        ("request", OauthError::RequestNotSupported),
        ("request_uri", OauthError::RequestUriNotSupported),
    ] {
        if query.get(name).is_some() {
            return Err(Refusal::Oauth(error, "send the parameters in the query instead"));
        }
    }
    let response_type = query.need("response_type", "response_type is missing")?;
    if response_type != "code" {
        let why = "response_type must be code";
        return Err(Refusal::Oauth(OauthError::UnsupportedResponseType, why));
    }
    if query.get("response_mode").is_some_and(|mode| mode != "query") {
        let why = "response_mode must be query";
        return Err(Refusal::Oauth(OauthError::InvalidRequest, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_asks_if_needed_never_or_always() {
        for (text, prompt) in [
            (None, Some(Prompt::IfNeeded)),
            (Some("none"), Some(Prompt::None)),
            (Some("login"), Some(Prompt::Login)),
            (Some("login consent"), Some(Prompt::Login)),
            (Some("select_account"), Some(Prompt::SelectAccount)),
            (Some("login select_account"), Some(Prompt::SelectAccount)),
            (Some("consent"), Some(Prompt::IfNeeded)),
            (Some("none login"), None),
            (Some("LOGIN"), None),
        ] {
            assert_eq!(Prompt::read(text), prompt, "{text:?}");
        }
    }
}
