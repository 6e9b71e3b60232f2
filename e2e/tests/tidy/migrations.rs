//! Rules for every table: it is a tenant table under the policy, or it is in schema `platform`.

use crate::{
    none,
    source::{Source, files},
};

/// The statements of the migrations, in lower case, without comments and with single spaces.
fn statements() -> Vec<String> {
    let plain = |source: &Source| {
        let lines = source.text.lines().map(|line| line.split("--").next().unwrap_or_default());
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ").to_lowercase()
    };
    files(&["migrations"], &[".sql"])
        .iter()
        .flat_map(|source| {
            plain(source).split(';').map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

/// The schemas whose tables no role can reach that reaches tenants' rows through the policies. `watertight serve` refuses to start otherwise.
const WITHOUT_POLICY: [&str; 2] = ["platform.", "session."];

/// The tables whose rows belong to tenants: all outside the schemas `platform` and `session`.
pub(crate) fn tenant_tables() -> Vec<String> {
    let of = |statement: String| {
        Some(statement.split_once("create table ")?.1.split_once([' ', '('])?.0.to_owned())
    };
    statements()
        .into_iter()
        .filter_map(of)
        .filter(|table| WITHOUT_POLICY.iter().all(|schema| !table.starts_with(schema)))
        .collect()
}

#[test]
fn every_tenant_table_is_under_the_policy() {
    let all = statements();
    let bare = tenant_tables()
        .into_iter()
        .filter(|table| !all.contains(&format!("select app.enforce_tenant('{table}')")));
    none(
        "the migration of a table outside the schemas `platform` and `session` needs `select app.enforce_tenant('…');`",
        &bare.collect::<Vec<_>>(),
    );
}

#[test]
fn every_key_of_a_tenant_table_begins_with_the_tenant() {
    let mut offences = Vec::new();
    for table in tenant_tables() {
        let definition = statements()
            .into_iter()
            .find(|one| one.contains(&format!("create table {table} ")))
            .unwrap();
        let count = |sign: &str| definition.matches(sign).count();
        for sign in ["primary key", "foreign key", "unique"] {
            if count(sign) != count(&format!("{sign} (tenant_id")) {
                offences.push(format!("{table}: `{sign}`"));
            }
        }
        if count("references") != count("foreign key") {
            offences.push(format!("{table}: a column with `references`"));
        }
    }
    let indexes = statements()
        .into_iter()
        .filter(|one| one.starts_with("create index") || one.starts_with("create unique index"));
    offences.extend(
        indexes.filter(|one| !one.contains("(tenant_id") && !one.contains(" on platform.")),
    );
    none(
        "a key or index begins with `tenant_id`: foreign and unique keys ignore row-level security, and an index without it finds the rows of every tenant",
        &offences,
    );
}

#[test]
fn deleting_a_row_never_empties_a_tenant() {
    let offences: Vec<String> = statements()
        .into_iter()
        .filter(|one| {
            one.match_indices("on delete set null")
                .any(|(at, sign)| !one[at + sign.len()..].trim_start().starts_with('('))
        })
        .collect();
    none(
        "`on delete set null` needs a column in parentheses; without one it would set `tenant_id` to null too",
        &offences,
    );
}

#[test]
fn no_role_may_truncate() {
    let offences: Vec<String> = statements()
        .into_iter()
        .filter(|one| {
            one.starts_with("grant") && (one.contains("truncate") || one.contains(" all "))
        })
        .collect();
    none("row-level security does not cover TRUNCATE, so no role may be granted it", &offences);
}
