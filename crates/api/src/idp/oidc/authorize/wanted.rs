//! What an application wants, as its request says it.

use api_types::OauthError;
use domain::{AccessScope, InvalidText, PrintableText};
use token::CodeChallenge;

use super::super::{client, parameters::Parameters, refusal::Refusal};
use crate::idp::Application;

/// The longest `nonce`: it stands in a token.
const LONGEST_NONCE: usize = 512;
const CONTROL_CHARACTER: &str = "a parameter has a control character";

/// What an application wants.
#[derive(Debug)]
pub(super) struct Wanted {
    /// What the tokens are to let it do.
    pub(super) scopes: Vec<AccessScope>,
    /// What its verifier must answer.
    pub(super) challenge: CodeChallenge,
    /// What the ID token must repeat.
    pub(super) nonce: Option<PrintableText>,
    /// Whether somebody may be asked, or must be.
    pub(super) prompt: Prompt,
    /// How old the sign-in may be, in seconds.
    pub(super) max_age: Option<i64>,
}

/// Whether somebody is asked to sign in (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// If nobody is signed in.
    IfNeeded,
    /// Never.
    None,
    /// In any case.
    Login,
    /// In any case, and the person may choose another account than the one that is signed in.
    SelectAccount,
}

impl Wanted {
    /// Reads a request whose application and address have been found right.
    ///
    /// # Errors
    /// What the application is told at its address.
    pub(super) fn read(application: &Application, query: &Parameters) -> Result<Self, Refusal> {
        if query.has_repetitions() {
            return Err(Parameters::twice());
        }
        if query.has_control_characters() {
            return Err(Refusal::Told(OauthError::InvalidRequest, CONTROL_CHARACTER));
        }
        refuse_unsupported(query)?;
        let invalid = |why| Refusal::Told(OauthError::InvalidRequest, why);
        // Left out it means `plain`, which is not among the methods.
        if query.get("code_challenge_method") != Some("S256") {
            return Err(invalid("code_challenge_method must be S256"));
        }
        let challenge = query.need("code_challenge", "code_challenge is missing")?;
        let challenge = challenge
            .parse()
            .map_err(|_| invalid("code_challenge is no SHA-256 digest in base64url"))?;
        let scopes = client::known_scopes(application, query.get("scope"))?;
        if scopes.is_empty() {
            let why = "the client may ask for no scope at all";
            return Err(Refusal::Told(OauthError::InvalidScope, why));
        }
        let nonce = query.get("nonce").map(|nonce| PrintableText::parse(nonce, LONGEST_NONCE));
        let nonce = nonce.transpose().map_err(|error| match error {
            InvalidText::TooLong { .. } => invalid("nonce is longer than 512 bytes"),
            InvalidText::ControlCharacter => invalid(CONTROL_CHARACTER),
        })?;
        let max_age = query.get("max_age").map(str::parse::<u32>).transpose();
        let max_age = max_age.map_err(|_| invalid("max_age is a number of seconds"))?;
        let prompt = Prompt::read(query.get("prompt"))
            .ok_or_else(|| invalid("prompt is none, or login, consent and select_account"))?;
        Ok(Self { scopes, challenge, nonce, prompt, max_age: max_age.map(i64::from) })
    }

    /// Whether not every session will do.
    pub(super) fn is_particular(&self) -> bool {
        self.prompt.asks_again() || self.max_age.is_some()
    }
}

impl Prompt {
    /// Whether a session that began before the request is not accepted.
    pub(super) fn asks_again(self) -> bool {
        matches!(self, Self::Login | Self::SelectAccount)
    }

    /// Nobody is asked to consent; whoever is to choose an account signs in, which is how one is chosen here.
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

/// What would change the meaning of the request if it were not seen.
fn refuse_unsupported(query: &Parameters) -> Result<(), Refusal> {
    for (name, error) in [
        ("request", OauthError::RequestNotSupported),
        ("request_uri", OauthError::RequestUriNotSupported),
    ] {
        if query.get(name).is_some() {
            return Err(Refusal::Told(error, "send the parameters themselves"));
        }
    }
    let response_type = query.need("response_type", "response_type is missing")?;
    if response_type != "code" {
        let why = "response_type must be code";
        return Err(Refusal::Told(OauthError::UnsupportedResponseType, why));
    }
    if query.get("response_mode").is_some_and(|mode| mode != "query") {
        let why = "response_mode must be query";
        return Err(Refusal::Told(OauthError::InvalidRequest, why));
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
