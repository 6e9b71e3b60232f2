//! What stands in a token, and what each of it means in one sentence.

use serde_json::{Map, Value};

use super::held::Kind;

/// The members of an object of JSON.
pub(super) type Members = Map<String, Value>;

/// The header's members, and what each says.
pub(super) const HEADER: [(&str, &str); 3] = [
    (
        "alg",
        "How it was signed: with a private key that only the issuer has. Believed only if the key says the same.",
    ),
    (
        "kid",
        "Which key signed it: a name to look up among keys that are trusted already, never an address to fetch one from.",
    ),
    ("typ", "What kind of thing this is. It decides nothing."),
];

/// The claims, in the order in which they are shown, and what each says.
pub(super) const CLAIMS: [(&str, &str); 20] = [
    (
        "sub",
        "Whom it is about: the person's account, the same at every application of the pool (RFC 7519 §4.1.2).",
    ),
    ("email", "Their address (OpenID Connect §5.1). It stands in an ID token only."),
    ("email_verified", "Whether the address is known to be theirs (OpenID Connect §5.1)."),
    ("name", "What they are called (OpenID Connect §5.1). It stands in an ID token only."),
    ("cognito:username", "Their user name in the pool (Cognito)."),
    ("username", "Their user name in the pool, as access tokens spell it (Cognito)."),
    ("cognito:groups", "Their groups (Cognito): here, the role they had when this was issued."),
    (
        "custom:tenant_id",
        "The company, an attribute of its own (Cognito). Nobody here believes it: the key that signed says whose token it is.",
    ),
    (
        "iss",
        "Who issued it: this company's pool. Its public keys lie under this address (RFC 7519 §4.1.1).",
    ),
    ("aud", "For whom it is: the application that asked, and not an API (RFC 7519 §4.1.3)."),
    (
        "client_id",
        "Which application it was given to. Access tokens of Cognito's kind say it here, and have no aud.",
    ),
    ("token_use", "What it is for: id says who you are, access says what you may do (Cognito)."),
    ("scope", "What its bearer may do at most; the role may allow less (RFC 6749 §3.3)."),
    ("version", "Which form of access token this is (Cognito)."),
    ("auth_time", "When the person signed in (OpenID Connect §2)."),
    ("iat", "When it was issued (RFC 7519 §4.1.6)."),
    (
        "exp",
        "When it is over (RFC 7519 §4.1.4). For a verifier that asks nobody, nothing else ends it.",
    ),
    ("jti", "This token's own id (RFC 7519 §4.1.7)."),
    ("origin_jti", "The sign-in it comes of (Cognito). Revoking ends this, and every token of it."),
    (
        "at_hash",
        "Half a digest of the access token it was given with, so that the two cannot be mixed (OpenID Connect §3.1.3.6).",
    ),
];

/// What is said of a claim that this page does not know.
const UNKNOWN: &str = "None that this page knows.";

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) meaning: &'static str,
}

/// The members that are there, known ones first and in their order.
pub(super) fn lines(members: &Members, known: &[(&'static str, &'static str)]) -> Vec<Line> {
    let line = |name: &str, meaning| {
        Some(Line { name: name.to_owned(), value: written(members.get(name)?), meaning })
    };
    let first = known.iter().filter_map(|(name, meaning)| line(name, meaning));
    let is_known = |name: &String| known.iter().any(|(known, _)| known == name);
    let rest = members.keys().filter(|name| !is_known(name));
    first.chain(rest.filter_map(|name| line(name, UNKNOWN))).collect()
}

/// What is not there, and why; only an access token lacks something.
pub(super) const fn absent(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Access => Some((
            "email, name, aud",
            "Not there, by design: this token says what its bearer may do, not who they are. It travels to every API, so it carries nobody's address. For that there are the ID token and userInfo.",
        )),
        Kind::Id | Kind::Refresh => None,
    }
}

/// The seconds that a claim names.
pub(super) fn seconds(members: &Members, name: &str) -> Option<i64> {
    members.get(name)?.as_i64()
}

/// The text that a claim is.
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
    fn every_claim_of_ours_is_explained() {
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

    /// T3: that an access token has no address and no audience is said, not left to be noticed.
    #[test]
    fn what_an_access_token_lacks_is_said() {
        assert!(absent(Kind::Access).is_some_and(|(names, _)| names == "email, name, aud"));
        assert_eq!(absent(Kind::Id), None);
    }
}
