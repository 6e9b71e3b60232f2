//! What was seen on the tokens page, and which rows of the lesson's table 4 it proves. No row holds before it was seen.

use super::claims::{Members, seconds, text};

/// What was seen so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
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
    pub(super) stores: Option<(u32, bool)>,
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
    pub(super) right: &'static str,
    /// Decides whether the row holds.
    pub(super) found: fn(&Seen) -> Finding,
}

/// Whether a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Not known yet; the text says what to do.
    Unseen(&'static str),
    /// The row holds; the text says what proves it.
    Holds(String),
    /// The row does not hold; the text says why.
    Broken(String),
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
    Row { id: "algorithm", name: "Algorithm", right: "RS256 or ES256", found: algorithm },
    Row {
        id: "expiry", name: "Expiry", right: "Short (5–15 min) + refresh token", found: expiry
    },
    Row {
        id: "storage",
        name: "Storage",
        right: "HttpOnly cookie or secure memory",
        found: storage,
    },
    Row { id: "audience", name: "Audience", right: "Always check the aud claim", found: audience },
    Row { id: "issuer", name: "Issuer", right: "Always check iss", found: issuer },
    Row {
        id: "signature",
        name: "Signature",
        right: "Always verify, with the correct key",
        found: signature,
    },
    Row {
        id: "revocation",
        name: "Revocation",
        right: "Refresh tokens in the database + short access tokens",
        found: revocation,
    },
    Row {
        id: "claims",
        name: "Sensitive claims",
        right: "User id, roles, tenant id only",
        found: sensitive,
    },
];

impl Seen {
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

fn algorithm(seen: &Seen) -> Finding {
    let Some(access) = &seen.access else { return Finding::Unseen(GET) };
    let algorithms: Vec<_> = seen
        .id
        .iter()
        .chain([access])
        .map(|read| text(&read.header, "alg").unwrap_or_default())
        .collect();
    let words = algorithms.join(", ");
    if !algorithms.iter().all(|name| matches!(*name, "RS256" | "ES256")) {
        return Finding::Broken(format!("Signed with {words}."));
    }
    match seen.refused(&["none", "hs256"]) {
        None => Finding::Unseen("Try the attacks with alg: none and HS256."),
        Some(true) => Finding::Holds(format!("Signed with {words}; none and HS256 were refused.")),
        Some(false) => Finding::Broken("none or HS256 was accepted.".into()),
    }
}

fn expiry(seen: &Seen) -> Finding {
    let Some(access) = &seen.access else { return Finding::Unseen(GET) };
    let life = |read: &Read| Some(seconds(&read.claims, "exp")? - seconds(&read.claims, "iat")?);
    let lives: Vec<_> = seen.id.iter().chain([access]).map(life).collect();
    let short = lives.iter().all(|life| life.is_some_and(|life| (1..=LONGEST).contains(&life)));
    let written = |life: &Option<i64>| life.map_or_else(|| "?".to_owned(), |life| life.to_string());
    let words = lives.iter().map(written).collect::<Vec<_>>().join(" and ");
    match (short, seen.refresh) {
        (true, true) => Finding::Holds(format!(
            "exp − iat = {words} s, at most 900; there is a refresh token too."
        )),
        (true, false) => Finding::Broken("There is no refresh token.".into()),
        (false, _) => Finding::Broken(format!("exp − iat = {words} s.")),
    }
}

fn storage(seen: &Seen) -> Finding {
    match seen.stores {
        None => Finding::Unseen(GET),
        Some((0, false)) => Finding::Holds(
            "localStorage and sessionStorage are empty, and no cookie that a script can read holds a token.".into(),
        ),
        Some((entries, cookie)) => Finding::Broken(format!(
            "{entries} entries in the browser's stores{}.",
            if cookie { ", and a token in a cookie" } else { "" }
        )),
    }
}

fn audience(seen: &Seen) -> Finding {
    let (Some(id), Some(access)) = (&seen.id, &seen.access) else {
        return Finding::Unseen("Get tokens with the scope openid.");
    };
    let for_us = [text(&id.claims, "aud"), text(&access.claims, "client_id")];
    if for_us.iter().any(|client| *client != Some(&*seen.client)) {
        return Finding::Broken("A token is for another application.".into());
    }
    match seen.refused(&["id"]) {
        None => Finding::Unseen("Try the attack with the ID token as access token."),
        Some(true) => Finding::Holds(
            "aud and client_id name this application. The API refused the ID token, which is for the application only.".into(),
        ),
        Some(false) => Finding::Broken("The API accepted an ID token.".into()),
    }
}

fn issuer(seen: &Seen) -> Finding {
    let Some(access) = &seen.access else { return Finding::Unseen(GET) };
    let mut issuers = seen.id.iter().chain([access]).map(|read| text(&read.claims, "iss"));
    if !issuers.all(|issuer| issuer == Some(&*seen.issuer)) {
        return Finding::Broken("A token names another issuer.".into());
    }
    match seen.refused(&["company"]) {
        None => Finding::Unseen("Try the attack as another company's HR admin."),
        Some(true) => {
            Finding::Holds("iss is this company's pool; another company's was refused.".into())
        }
        Some(false) => Finding::Broken("Another company's issuer was accepted.".into()),
    }
}

fn signature(seen: &Seen) -> Finding {
    match seen.refused(&["scopes", "expiry", "cut", "kid", "jku", "jwk", "x5u"]) {
        None => Finding::Unseen("Run the attacks on claims, keys and signature."),
        Some(true) => Finding::Holds(
            "Changed claims, half a signature, and four keys that the token named or contained were refused.".into(),
        ),
        Some(false) => Finding::Broken("A token with an invalid signature was accepted.".into()),
    }
}

fn revocation(seen: &Seen) -> Finding {
    match (seen.rotated, seen.revoked) {
        (Some(false), _) => Finding::Broken("The refresh token was not replaced.".into()),
        (_, Some((false, _))) => Finding::Broken("This API accepted a revoked token.".into()),
        (None, _) => Finding::Unseen("Use the refresh token, then revoke it."),
        (Some(true), None) => Finding::Unseen("The refresh token was replaced. Now revoke it."),
        (Some(true), Some((true, _))) => Finding::Holds(
            "The refresh token was replaced when it was used. After the revocation this API refused the access token at once.".into(),
        ),
    }
}

fn sensitive(seen: &Seen) -> Finding {
    let Some(access) = &seen.access else { return Finding::Unseen(GET) };
    let is_odd = |name: &&String| !IN_ACCESS.contains(&&***name);
    let odd: Vec<_> = access.claims.keys().filter(is_odd).map(String::as_str).collect();
    let address =
        access.claims.values().any(|value| value.as_str().is_some_and(|text| text.contains('@')));
    if odd.is_empty() && !address {
        return Finding::Holds(format!(
            "The access token has {} claims: ids, role, scopes and times, but no name and no address.",
            access.claims.len()
        ));
    }
    Finding::Broken(format!("The access token contains too much: {}", odd.join(", ")))
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
    fn whole() -> Seen {
        let header = json!({ "alg": "RS256", "kid": "k" });
        let id = json!({ "iss": "i", "aud": "c", "iat": 100, "exp": 1000, "email": "a@b" });
        let access = json!({ "iss": "i", "client_id": "c", "iat": 100, "exp": 1000, "sub": "s" });
        let attacks = [
            "none", "hs256", "id", "company", "scopes", "expiry", "cut", "kid", "jku", "jwk", "x5u",
        ];
        Seen {
            id: Some(read(&header, &id)),
            access: Some(read(&header, &access)),
            issuer: "i".into(),
            client: "c".into(),
            refresh: true,
            attacks: attacks.map(|id| (id, true)).to_vec(),
            rotated: Some(true),
            revoked: Some((true, true)),
            stores: Some((0, false)),
        }
    }

    fn found(id: &str, seen: &Seen) -> Finding {
        let row = ROWS.iter().find(|row| row.id == id).unwrap();
        (row.found)(seen)
    }

    fn is_broken(id: &str, change: impl FnOnce(&mut Seen)) -> bool {
        let mut seen = whole();
        change(&mut seen);
        matches!(found(id, &seen), Finding::Broken(_))
    }

    /// T4a to T4h: no row is green before anything was seen, and every row is green after everything was seen.
    #[test]
    fn a_row_is_green_only_after_its_results_were_seen() {
        for row in &ROWS {
            assert!(matches!((row.found)(&Seen::default()), Finding::Unseen(_)), "{}", row.id);
            assert!(matches!((row.found)(&whole()), Finding::Holds(_)), "{}", row.id);
        }
    }

    /// T4a to T4h: each row turns red if its own rule is broken.
    #[test]
    fn each_row_can_be_broken() {
        let claim = |read: &mut Option<Read>, name: &str, value: Value| {
            read.as_mut().unwrap().claims.insert(name.into(), value);
        };
        let attack = |id: &'static str| move |seen: &mut Seen| seen.note_attack(id, false);
        assert!(is_broken("algorithm", attack("hs256")));
        assert!(is_broken("algorithm", |seen| {
            seen.access.as_mut().unwrap().header.insert("alg".into(), "HS256".into());
        }));
        assert!(is_broken("expiry", |seen| claim(&mut seen.access, "exp", 1001.into())));
        assert!(is_broken("expiry", |seen| seen.refresh = false));
        assert!(is_broken("storage", |seen| seen.stores = Some((1, false))));
        assert!(is_broken("storage", |seen| seen.stores = Some((0, true))));
        assert!(is_broken("audience", attack("id")));
        assert!(is_broken("audience", |seen| claim(&mut seen.id, "aud", "other".into())));
        assert!(is_broken("issuer", attack("company")));
        assert!(is_broken("issuer", |seen| claim(&mut seen.access, "iss", "other".into())));
        assert!(is_broken("signature", attack("cut")));
        assert!(is_broken("revocation", |seen| seen.rotated = Some(false)));
        assert!(is_broken("revocation", |seen| seen.revoked = Some((false, true))));
        assert!(is_broken("claims", |seen| claim(&mut seen.access, "email", "a@b".into())));
        assert!(is_broken("claims", |seen| claim(&mut seen.access, "username", "a@b".into())));
    }

    #[test]
    fn a_missing_attack_leaves_its_row_unseen() {
        let mut seen = whole();
        seen.attacks.retain(|(id, _)| *id != "cut");
        assert!(matches!(found("signature", &seen), Finding::Unseen(_)));
        assert!(matches!(found("algorithm", &seen), Finding::Holds(_)));
    }
}
