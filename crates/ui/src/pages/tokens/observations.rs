//! The observations of the tokens page, and which rows of the lesson's table 4 they prove. No row holds before it was observed.

use super::claims::{Members, seconds, text};

/// What the page has observed so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Observations {
    /// The header and the claims of the ID token.
    pub(super) id: Option<Read>,
    /// The header and the claims of the access token.
    pub(super) access: Option<Read>,
    /// The issuer of the tokens, as the server named it.
    pub(super) issuer: String,
    /// The id of the application that the tokens were issued to.
    pub(super) client: String,
    /// Whether there is a refresh token.
    pub(super) refresh: bool,
    /// The ids of the attacks that were tried, and whether each was refused as an invalid token.
    pub(super) attacks: Vec<(&'static str, bool)>,
    /// Whether the refresh token changed when it was used.
    pub(super) rotated: Option<bool>,
    /// After the revocation: whether this API refused the access token, and whether a plain verifier still accepted it.
    pub(super) revoked: Option<(bool, bool)>,
    /// The number of entries in `localStorage` and `sessionStorage`, and whether a cookie that scripts can read contains a token.
    pub(super) browser_storage: Option<(u32, bool)>,
}

/// A token as the server read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Read {
    pub(super) header: Members,
    pub(super) claims: Members,
}

/// A row of the checklist.
pub(super) struct Row {
    /// The name in `data-test` attributes.
    pub(super) id: &'static str,
    /// What is checked.
    pub(super) name: &'static str,
    /// The right approach, in the words of the table.
    pub(super) expected: &'static str,
    /// Decides whether the row holds.
    pub(super) check: fn(&Observations) -> Finding,
}

/// Whether a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Not known yet; the text says what to do.
    NotTested(&'static str),
    /// The row holds; the text says what proves it.
    Passed(String),
    /// The row does not hold; the text says why.
    Failed(String),
}

/// The longest lifetime of a token, in seconds.
const LONGEST: i64 = 15 * 60;
const GET: &str = "Get tokens.";

/// The claims that an access token may have: ids, role, scopes, company and times (row T4h).
const IN_ACCESS: [&str; 15] = [
    "sub",
    "cognito:groups",
    "iss",
    "version",
    "client_id",
    "origin_jti",
    "token_use",
    "scope",
    "auth_time",
    "exp",
    "nbf",
    "iat",
    "jti",
    "username",
    "custom:tenant_id",
];

/// Table 4 of the lesson, row by row.
pub(super) static ROWS: [Row; 8] = [
    Row { id: "algorithm", name: "Algorithm", expected: "RS256 or ES256", check: algorithm },
    Row {
        id: "expiry",
        name: "Expiry",
        expected: "Short (5–15 min) + refresh token",
        check: expiry,
    },
    Row {
        id: "storage",
        name: "Storage",
        expected: "HttpOnly cookie or secure memory",
        check: storage,
    },
    Row {
        id: "audience",
        name: "Audience",
        expected: "Always check the aud claim",
        check: audience,
    },
    Row { id: "issuer", name: "Issuer", expected: "Always check iss", check: issuer },
    Row {
        id: "signature",
        name: "Signature",
        expected: "Always verify, with the correct key",
        check: signature,
    },
    Row {
        id: "revocation",
        name: "Revocation",
        expected: "Refresh tokens in the database + short access tokens",
        check: revocation,
    },
    Row {
        id: "claims",
        name: "Sensitive claims",
        expected: "User id, roles, tenant id only",
        check: sensitive,
    },
];

impl Observations {
    /// Records how an attack ended. It replaces an earlier result of the same attack.
    pub(super) fn note_attack(&mut self, id: &'static str, refused: bool) {
        self.attacks.retain(|(known, _)| *known != id);
        self.attacks.push((id, refused));
    }

    /// Whether all of these attacks were refused: `Some(false)` if one was not, `None` if one has not been tried.
    fn refused(&self, ids: &[&str]) -> Option<bool> {
        let outcome = |id: &&str| {
            self.attacks.iter().find(|(known, _)| known == id).map(|(_, refused)| *refused)
        };
        let outcomes: Vec<_> = ids.iter().map(outcome).collect();
        if outcomes.contains(&Some(false)) {
            return Some(false);
        }
        outcomes.iter().all(Option::is_some).then_some(true)
    }
}

fn algorithm(observations: &Observations) -> Finding {
    let Some(access) = &observations.access else { return Finding::NotTested(GET) };
    let algorithms: Vec<_> = observations
        .id
        .iter()
        .chain([access])
        .map(|read| text(&read.header, "alg").unwrap_or_default())
        .collect();
    let words = algorithms.join(", ");
    if !algorithms.iter().all(|name| matches!(*name, "RS256" | "ES256")) {
        return Finding::Failed(format!("Signed with {words}."));
    }
    match observations.refused(&["none", "hs256"]) {
        None => Finding::NotTested("Try the attacks with alg: none and HS256."),
        Some(true) => Finding::Passed(format!("Signed with {words}; none and HS256 were refused.")),
        Some(false) => Finding::Failed("none or HS256 was accepted.".into()),
    }
}

fn expiry(observations: &Observations) -> Finding {
    let Some(access) = &observations.access else { return Finding::NotTested(GET) };
    let lifetime =
        |read: &Read| Some(seconds(&read.claims, "exp")? - seconds(&read.claims, "iat")?);
    let lifetimes: Vec<_> = observations.id.iter().chain([access]).map(lifetime).collect();
    let short = lifetimes
        .iter()
        .all(|lifetime| lifetime.is_some_and(|lifetime| (1..=LONGEST).contains(&lifetime)));
    let written = |lifetime: &Option<i64>| {
        lifetime.map_or_else(|| "?".to_owned(), |lifetime| lifetime.to_string())
    };
    let words = lifetimes.iter().map(written).collect::<Vec<_>>().join(" and ");
    match (short, observations.refresh) {
        (true, true) => Finding::Passed(format!(
            "exp − iat = {words} s, at most 900; there is a refresh token too."
        )),
        (true, false) => Finding::Failed("There is no refresh token.".into()),
        (false, _) => Finding::Failed(format!("exp − iat = {words} s.")),
    }
}

fn storage(observations: &Observations) -> Finding {
    match observations.browser_storage {
        None => Finding::NotTested(GET),
        Some((0, false)) => Finding::Passed(
            "localStorage and sessionStorage are empty, and no cookie that a script can read holds a token.".into(),
        ),
        Some((entries, cookie)) => Finding::Failed(format!(
            "{entries} entries in the browser's stores{}.",
            if cookie { ", and a token in a cookie" } else { "" }
        )),
    }
}

fn audience(observations: &Observations) -> Finding {
    let (Some(id), Some(access)) = (&observations.id, &observations.access) else {
        return Finding::NotTested("Get tokens with the scope openid.");
    };
    let for_us = [text(&id.claims, "aud"), text(&access.claims, "client_id")];
    if for_us.iter().any(|client| *client != Some(&*observations.client)) {
        return Finding::Failed("A token is for another application.".into());
    }
    match observations.refused(&["id"]) {
        None => Finding::NotTested("Try the attack with the ID token as access token."),
        Some(true) => Finding::Passed(
            "aud and client_id name this application. The API refused the ID token, which is for the application only.".into(),
        ),
        Some(false) => Finding::Failed("The API accepted an ID token.".into()),
    }
}

fn issuer(observations: &Observations) -> Finding {
    let Some(access) = &observations.access else { return Finding::NotTested(GET) };
    let mut issuers = observations.id.iter().chain([access]).map(|read| text(&read.claims, "iss"));
    if !issuers.all(|issuer| issuer == Some(&*observations.issuer)) {
        return Finding::Failed("A token names another issuer.".into());
    }
    match observations.refused(&["company"]) {
        None => Finding::NotTested("Try the attack as another company's HR admin."),
        Some(true) => {
            Finding::Passed("iss is this company's pool; another company's was refused.".into())
        }
        Some(false) => Finding::Failed("Another company's issuer was accepted.".into()),
    }
}

fn signature(observations: &Observations) -> Finding {
    match observations.refused(&["scopes", "expiry", "cut", "kid", "jku", "jwk", "x5u"]) {
        None => Finding::NotTested("Run the attacks on claims, keys and signature."),
        Some(true) => Finding::Passed(
            "Changed claims, half a signature, and four keys that the token named or contained were refused.".into(),
        ),
        Some(false) => Finding::Failed("A token with an invalid signature was accepted.".into()),
    }
}

fn revocation(observations: &Observations) -> Finding {
    match (observations.rotated, observations.revoked) {
        (Some(false), _) => Finding::Failed("The refresh token was not replaced.".into()),
        (_, Some((false, _))) => Finding::Failed("This API accepted a revoked token.".into()),
        (None, _) => Finding::NotTested("Use the refresh token, then revoke it."),
        (Some(true), None) => Finding::NotTested("The refresh token was replaced. Now revoke it."),
        (Some(true), Some((true, _))) => Finding::Passed(
            "The refresh token was replaced when it was used. After the revocation this API refused the access token at once.".into(),
        ),
    }
}

fn sensitive(observations: &Observations) -> Finding {
    let Some(access) = &observations.access else { return Finding::NotTested(GET) };
    let is_odd = |name: &&String| !IN_ACCESS.contains(&&***name);
    let odd: Vec<_> = access.claims.keys().filter(is_odd).map(String::as_str).collect();
    let address =
        access.claims.values().any(|value| value.as_str().is_some_and(|text| text.contains('@')));
    if odd.is_empty() && !address {
        return Finding::Passed(format!(
            "The access token has {} claims: ids, role, scopes and times, but no name and no address.",
            access.claims.len()
        ));
    }
    Finding::Failed(format!("The access token contains too much: {}", odd.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(header: &Value, claims: &Value) -> Read {
        let members = |value: &Value| value.as_object().cloned().unwrap();
        Read { header: members(header), claims: members(claims) }
    }

    /// The state in which everything was seen and everything is right.
    fn all_passed() -> Observations {
        let header = json!({ "alg": "RS256", "kid": "k" });
        let id = json!({ "iss": "i", "aud": "c", "iat": 100, "exp": 1000, "email": "a@b" });
        let access = json!({ "iss": "i", "client_id": "c", "iat": 100, "exp": 1000, "sub": "s" });
        let attacks = [
            "none", "hs256", "id", "company", "scopes", "expiry", "cut", "kid", "jku", "jwk", "x5u",
        ];
        Observations {
            id: Some(read(&header, &id)),
            access: Some(read(&header, &access)),
            issuer: "i".into(),
            client: "c".into(),
            refresh: true,
            attacks: attacks.map(|id| (id, true)).to_vec(),
            rotated: Some(true),
            revoked: Some((true, true)),
            browser_storage: Some((0, false)),
        }
    }

    fn check(id: &str, observations: &Observations) -> Finding {
        let row = ROWS.iter().find(|row| row.id == id).unwrap();
        (row.check)(observations)
    }

    fn is_broken(id: &str, change: impl FnOnce(&mut Observations)) -> bool {
        let mut observations = all_passed();
        change(&mut observations);
        matches!(check(id, &observations), Finding::Failed(_))
    }

    /// T4a to T4h: no row is green before anything was seen, and every row is green after everything was seen.
    #[test]
    fn a_row_is_green_only_after_its_results_were_seen() {
        for row in &ROWS {
            assert!(
                matches!((row.check)(&Observations::default()), Finding::NotTested(_)),
                "{}",
                row.id
            );
            assert!(matches!((row.check)(&all_passed()), Finding::Passed(_)), "{}", row.id);
        }
    }

    /// T4a to T4h: each row turns red if its own rule is broken.
    #[test]
    fn each_row_can_be_broken() {
        let claim = |read: &mut Option<Read>, name: &str, value: Value| {
            read.as_mut().unwrap().claims.insert(name.into(), value);
        };
        let attack = |id: &'static str| {
            move |observations: &mut Observations| observations.note_attack(id, false)
        };
        assert!(is_broken("algorithm", attack("hs256")));
        assert!(is_broken("algorithm", |observations| {
            observations.access.as_mut().unwrap().header.insert("alg".into(), "HS256".into());
        }));
        assert!(is_broken("expiry", |observations| claim(
            &mut observations.access,
            "exp",
            1001.into()
        )));
        assert!(is_broken("expiry", |observations| observations.refresh = false));
        assert!(
            is_broken("storage", |observations| observations.browser_storage = Some((1, false)))
        );
        assert!(is_broken("storage", |observations| observations.browser_storage = Some((0, true))));
        assert!(is_broken("audience", attack("id")));
        assert!(is_broken("audience", |observations| claim(
            &mut observations.id,
            "aud",
            "other".into()
        )));
        assert!(is_broken("issuer", attack("company")));
        assert!(is_broken("issuer", |observations| claim(
            &mut observations.access,
            "iss",
            "other".into()
        )));
        assert!(is_broken("signature", attack("cut")));
        assert!(is_broken("revocation", |observations| observations.rotated = Some(false)));
        assert!(is_broken("revocation", |observations| observations.revoked = Some((false, true))));
        assert!(is_broken("claims", |observations| claim(
            &mut observations.access,
            "email",
            "a@b".into()
        )));
        assert!(is_broken("claims", |observations| claim(
            &mut observations.access,
            "username",
            "a@b".into()
        )));
    }

    #[test]
    fn a_missing_attack_leaves_its_row_unseen() {
        let mut observations = all_passed();
        observations.attacks.retain(|(id, _)| *id != "cut");
        assert!(matches!(check("signature", &observations), Finding::NotTested(_)));
        assert!(matches!(check("algorithm", &observations), Finding::Passed(_)));
    }
}
