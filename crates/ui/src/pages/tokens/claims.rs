//! The header parameters and the claims of a token, each with a short explanation.

use serde_json::{Map, Value};

use super::token_state::Kind;

/// The members of a JSON object.
pub(super) type Members = Map<String, Value>;

/// The header parameters and their meanings.
pub(super) const HEADER: [(&str, &str); 3] = [
    (
        "alg",
        "The signature algorithm. Only the issuer has the private key. The verifier accepts the algorithm only if its key is for the same one.",
    ),
    (
        "kid",
        "The id of the key that signed it. The verifier looks it up among the keys that it trusts, and never fetches a key from an address.",
    ),
    ("typ", "The type of the token. No decision depends on it."),
];

/// The claims in the order in which they are shown, and their meanings.
pub(super) const CLAIMS: [(&str, &str); 20] = [
    (
        "sub",
        "The person's account. It is the same for every application of the pool (RFC 7519 §4.1.2).",
    ),
    ("email", "The person's e-mail address (OpenID Connect §5.1). It is in an ID token only."),
    (
        "email_verified",
        "Whether the address is known to belong to the person (OpenID Connect §5.1).",
    ),
    ("name", "The person's name (OpenID Connect §5.1). It is in an ID token only."),
    ("cognito:username", "The person's user name in the pool (Cognito)."),
    (
        "username",
        "The person's user name in the pool. Access tokens use this name for it (Cognito).",
    ),
    ("cognito:groups", "The person's groups (Cognito): here, the role at the time of issue."),
    (
        "custom:tenant_id",
        "The company, as a custom attribute (Cognito). This API ignores it: the key that signed the token determines the company.",
    ),
    (
        "iss",
        "The issuer: this company's pool. Its public keys are published below this address (RFC 7519 §4.1.1).",
    ),
    ("aud", "The recipient: the application that requested it, not an API (RFC 7519 §4.1.3)."),
    (
        "client_id",
        "The application that it was issued to. Access tokens like Cognito's have this claim instead of aud.",
    ),
    ("token_use", "What it is for: id says who you are, access says what you may do (Cognito)."),
    ("scope", "What its bearer may do at most; the role may allow less (RFC 6749 §3.3)."),
    ("version", "The version of the access token's format (Cognito)."),
    ("auth_time", "When the person signed in (OpenID Connect §2)."),
    ("iat", "When it was issued (RFC 7519 §4.1.6)."),
    (
        "exp",
        "When it expires (RFC 7519 §4.1.4). A verifier that does not check revocation accepts it until then.",
    ),
    ("jti", "This token's own id (RFC 7519 §4.1.7)."),
    (
        "origin_jti",
        "The id of the sign-in that it comes from (Cognito). Revocation ends the sign-in and all its tokens.",
    ),
    (
        "at_hash",
        "Half of a digest of the access token that it was issued with, so that the two cannot be mixed up (OpenID Connect §3.1.3.6).",
    ),
];

/// The meaning that is shown for an unknown claim.
const UNKNOWN: &str = "Unknown to this page.";

/// A row of the table of claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) meaning: &'static str,
}

/// The rows for `members`: known ones first, in the order of `known`, then all others.
pub(super) fn lines(members: &Members, known: &[(&'static str, &'static str)]) -> Vec<Line> {
    let line = |name: &str, meaning| {
        Some(Line { name: name.to_owned(), value: written(members.get(name)?), meaning })
    };
    let first = known.iter().filter_map(|(name, meaning)| line(name, meaning));
    let is_known = |name: &String| known.iter().any(|(known, _)| known == name);
    let rest = members.keys().filter(|name| !is_known(name));
    first.chain(rest.filter_map(|name| line(name, UNKNOWN))).collect()
}

/// The claims that a token lacks by design, and the reason; `None` for tokens that lack none.
pub(super) const fn absent(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Access => Some((
            "email, name, aud",
            "Missing by design: this token says what its bearer may do, not who the bearer is. It is sent to every API, so it contains no e-mail address. The ID token and userInfo contain it.",
        )),
        Kind::Id | Kind::Refresh => None,
    }
}

/// The value of a claim as a whole number, for example of seconds since 1970.
pub(super) fn seconds(members: &Members, name: &str) -> Option<i64> {
    members.get(name)?.as_i64()
}

/// The value of a claim as text; `None` if it is not a string.
pub(super) fn text<'m>(members: &'m Members, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

/// Whether a claim is a time, in seconds since 1970.
pub(super) fn is_time(name: &str) -> bool {
    matches!(name, "auth_time" | "iat" | "nbf" | "exp")
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: &Value) -> Members {
        value.as_object().cloned().unwrap()
    }

    /// T2, T3: every claim that we issue is explained, in one sentence or two.
    #[test]
    fn every_issued_claim_is_explained() {
        let id = [
            "sub",
            "cognito:groups",
            "email_verified",
            "iss",
            "cognito:username",
            "origin_jti",
            "aud",
            "token_use",
            "auth_time",
            "name",
            "exp",
            "iat",
            "jti",
            "email",
            "custom:tenant_id",
            "at_hash",
        ];
        let access = ["client_id", "version", "scope", "username"];
        for claim in id.into_iter().chain(access) {
            let meaning = CLAIMS.iter().find(|(name, _)| *name == claim).map(|(_, said)| *said);
            assert!(
                meaning.is_some_and(|said| said.ends_with(['.']) && said.len() < 160),
                "{claim}"
            );
        }
    }

    #[test]
    fn known_claims_come_first_and_unknown_ones_are_not_hidden() {
        let claims =
            members(&json!({ "aaa": 1, "exp": 9, "sub": "me", "cognito:groups": ["a", "b"] }));
        let shown = lines(&claims, &CLAIMS);
        let names: Vec<_> = shown.iter().map(|line| &*line.name).collect();
        assert_eq!(names, ["sub", "cognito:groups", "exp", "aaa"]);
        assert_eq!((&*shown[1].value, shown[3].meaning), ("a, b", UNKNOWN));
    }

    /// T3: the page says that an access token has no address and no audience.
    #[test]
    fn the_missing_claims_of_an_access_token_are_named() {
        assert!(absent(Kind::Access).is_some_and(|(names, _)| names == "email, name, aud"));
        assert_eq!(absent(Kind::Id), None);
    }
}
