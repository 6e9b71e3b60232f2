//! Which of our crates may use which external crate. Each of our crates hides one concern, and the external crates belong to that concern.

use crate::{arrows::members, none};

/// The beginning of an external crate's name, and our crates that may use it. `e2e` uses some of them to test the product from outside.
const PLACES: [(&str, &[&str]); 15] = [
    ("sqlx", &["store"]),
    ("tokio-postgres", &["store"]),
    ("redis", &["session", "cache", "throttle", "e2e", "bench"]),
    ("actix", &["api", "server", "e2e", "bench"]),
    ("utoipa-swagger-ui", &["api"]),
    ("leptos", &["ui"]),
    ("web-sys", &["ui"]),
    ("argon2", &["credential"]),
    ("aws-lc", &["token", "seal"]),
    ("jsonwebtoken", &["token"]),
    // The tests sign as clients and external issuers do; the product signs in `token`.
    ("ring", &["e2e"]),
    ("reqwest", &["server", "e2e"]),
    ("mimalloc", &["server", "bench"]),
    ("thirtyfour", &["e2e"]),
    ("anyhow", &["server", "dev", "bench", "e2e"]),
];

#[test]
fn external_crates_are_used_in_their_places_only() {
    let mut offences = Vec::new();
    for (outside, places) in PLACES {
        for member in members().iter().filter(|member| !places.contains(&member.name.as_str())) {
            let uses = member.uses.iter().filter(|used| used.starts_with(outside));
            offences.extend(
                uses.map(|used| format!("`{}` uses `{used}`; only {places:?} may", member.name)),
            );
        }
    }
    none("`PLACES` in `e2e/tests/tidy/places.rs` lists who may use an external crate", &offences);
}

#[test]
fn every_external_crate_with_a_secret_has_its_keeper() {
    for (outside, keeper) in [
        ("sqlx", "store"),
        ("redis", "session"),
        ("actix-web", "api"),
        ("argon2", "credential"),
        ("jsonwebtoken", "token"),
    ] {
        let member = members().iter().find(|member| member.name == keeper).unwrap();
        assert!(
            member.uses.iter().any(|used| used == outside),
            "`{keeper}` no longer uses `{outside}`: update this test"
        );
    }
}
