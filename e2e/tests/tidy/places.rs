//! Which of our crates may use the external crates that other libraries use too. `deny.toml` has the rules for all others.

use crate::{arrows::members, none};

/// The beginning of an external crate's name, and our crates that may use it. `e2e` uses some of them to test the product from outside.
///
/// `deny.toml` would have to list every library that uses one of them.
const PLACES: [(&str, &[&str]); 7] = [
    ("web-sys", &["ui"]),
    ("aws-lc", &["token", "seal"]),
    // The tests sign as clients and external issuers do; the product signs in `token`.
    ("ring", &["e2e"]),
    ("reqwest", &["server", "e2e"]),
    // The page of `just nodes` and its clients. The product speaks HTTP with actix.
    ("hyper", &["dev"]),
    ("http-body", &["dev"]),
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
fn every_crate_in_the_list_is_used_in_its_places() {
    let uses = |place: &str, outside: &str| {
        let mut members = members().iter().filter(|member| member.name == place);
        members.any(|member| member.uses.iter().any(|used| used.starts_with(outside)))
    };
    let mut unused = Vec::new();
    for (outside, places) in PLACES {
        let gone = places.iter().filter(|place| !uses(place, outside));
        unused.extend(gone.map(|place| format!("`{place}`: `{outside}`")));
    }
    none("update `PLACES`: a crate no longer uses what only it may use", &unused);
}
