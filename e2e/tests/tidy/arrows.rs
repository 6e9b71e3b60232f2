//! Which crate may use which: the arrows of the architecture. A new arrow needs an edit of this file, and therefore a review.

use std::{collections::BTreeMap, env, process::Command, sync::LazyLock};

use serde_json::Value;

use crate::{none, source};

/// A crate may use the crates in the rows above its own, and no crate in its own row.
const ROWS: [&[&str]; 8] = [
    &["domain", "seal", "lab"],
    &["share"],
    &["api-types", "credential", "token", "session"],
    &["tenancy", "session-dynamodb", "session-memcached"],
    &["cache", "store", "throttle"],
    &["idp"],
    &["api"],
    &["server"],
];

/// The crates outside the rows, each with all of our crates that it may use. No crate may use them, except `dev`, which `e2e` and `bench` start.
const BESIDE: [(&str, &[&str]); 5] = [
    ("ui", &["api-types", "domain"]),
    ("probe", &["api-types", "domain"]),
    ("dev", &["api-types"]),
    ("e2e", &["api-types", "credential", "dev", "domain", "session", "store", "tenancy"]),
    (
        "bench",
        &[
            "api-types",
            "cache",
            "credential",
            "dev",
            "domain",
            "seal",
            "session",
            "session-dynamodb",
            "session-memcached",
            "store",
            "tenancy",
        ],
    ),
];

/// A crate of the workspace and all its dependencies: those of its code, its tests and its build.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) uses: Vec<String>,
}

static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(source::top()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(Member::read).collect()
});

/// The crates of the workspace, from `cargo metadata`.
pub(crate) fn members() -> &'static [Member] {
    &MEMBERS
}

impl Member {
    fn read(package: &Value) -> Self {
        let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
        Self {
            name: name(package),
            uses: package["dependencies"].as_array().unwrap().iter().map(name).collect(),
        }
    }
}

fn row(name: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&name))
}

fn may_use(who: &str, what: &str) -> bool {
    match BESIDE.iter().find(|(name, _)| *name == who) {
        Some((_, allowed)) => allowed.contains(&what),
        None => row(what).zip(row(who)).is_some_and(|(what, who)| what < who),
    }
}

#[test]
fn dependencies_between_crates_point_one_way() {
    let names: Vec<&str> = members().iter().map(|member| member.name.as_str()).collect();
    let arrows = members()
        .iter()
        .flat_map(|member| member.uses.iter().map(move |used| (&member.name, used)));
    let forbidden =
        arrows.filter(|(user, used)| names.contains(&used.as_str()) && !may_use(user, used));
    let offences: Vec<String> =
        forbidden.map(|(user, used)| format!("`{user}` uses `{used}`")).collect();
    none("a crate may use only the crates that `e2e/tests/tidy/arrows.rs` allows", &offences);
}

#[test]
fn every_crate_is_in_a_layer_or_beside_them() {
    let beside: BTreeMap<&str, &[&str]> = BESIDE.into_iter().collect();
    let homeless = members()
        .iter()
        .filter(|member| row(&member.name).is_none() && !beside.contains_key(member.name.as_str()));
    let offences: Vec<String> = homeless.map(|member| format!("`{}`", member.name)).collect();
    none("add the crate to `ROWS` or `BESIDE` in `e2e/tests/tidy/arrows.rs`", &offences);
}

#[test]
fn the_rule_itself_refuses_what_it_should() {
    for (user, used) in [
        ("store", "cache"),
        ("store", "api"),
        ("domain", "domain"),
        ("ui", "session"),
        ("api", "e2e"),
        ("server", "dev"),
    ] {
        assert!(!may_use(user, used), "{user} → {used}");
    }
    for (user, used) in
        [("server", "domain"), ("api", "store"), ("store", "tenancy"), ("ui", "api-types")]
    {
        assert!(may_use(user, used), "{user} → {used}");
    }
}
