//! Cached rows are changed inside `cache.write` only: behind a fence, between two epochs.

use crate::{
    none,
    source::{Source, files},
};

/// The tables whose rows are shown in cached bodies.
const CACHED: [&str; 4] = ["employee", "employee_term", "department", "widget"];

/// How a write begins in the source, without white space: `cache.write`, and the function around it that all request handlers share.
const WRITES: [&str; 2] = ["cache.write(", "write(&api,&writer,"];

/// Whether the statement changes rows that a cached body shows.
fn changes(sql: &str) -> bool {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    ["insert into ", "update ", "delete from "].iter().any(|verb| {
        sql.match_indices(verb).any(|(at, _)| {
            let word = |c: char| !(c.is_alphanumeric() || c == '_');
            let table = sql[at + verb.len()..].split(word).next();
            table.is_some_and(|table| CACHED.contains(&table))
        })
    })
}

/// The store's public functions ("verbs") that change cached rows: those of each file with such a statement. If that file has no public function, those of the
/// files that name its module.
fn verbs(stores: &[Source], offences: &mut Vec<String>) -> Vec<String> {
    let mut verbs = Vec::new();
    for source in stores.iter().filter(|source| source.literals().iter().any(|sql| changes(sql))) {
        let mut public = public_verbs(source);
        if public.is_empty() {
            let module = source.path.rsplit('/').next().unwrap().replace(".rs", "::");
            let borrowers = stores.iter().filter(|other| other.text.contains(&module));
            public = borrowers.flat_map(public_verbs).collect();
        }
        if public.is_empty() {
            offences.push(format!("{}: no verb uses its statements", source.path));
        }
        verbs.extend(public);
    }
    verbs
}

fn public_verbs(source: &Source) -> Vec<String> {
    let after = source.text.split("pub async fn ").skip(1);
    after.filter_map(|rest| rest.split(['(', '<']).next().map(str::to_owned)).collect()
}

/// The text without the arguments of its writes, and without white space.
fn outside_of_writes(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (mut outside, mut rest) = (String::new(), text.as_str());
    while let Some((at, begins)) =
        WRITES.iter().filter_map(|begins| Some((rest.find(begins)?, begins))).min()
    {
        outside.push_str(&rest[..at]);
        let inside = &rest[at + begins.len()..];
        let mut open = 1;
        let end = inside.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        rest = end.map_or("", |end| &inside[end..]);
    }
    outside + rest
}

#[test]
fn cached_tables_are_changed_behind_a_fence_only() {
    let mut offences = Vec::new();
    let stores: Vec<Source> =
        files(&["crates/store/src"], &[".rs"]).into_iter().map(Source::without_tests).collect();
    let verbs = verbs(&stores, &mut offences);
    assert!(
        verbs.iter().any(|verb| verb == "add_tenant_rows"),
        "the rule finds no verbs: {verbs:?}"
    );
    let mut calls = 0;
    for source in files(&["crates/api/src", "crates/idp/src", "crates/server/src"], &[".rs"]) {
        let source = source.without_tests();
        let outside = outside_of_writes(&source.text);
        for verb in &verbs {
            let call = format!(".{verb}(");
            calls += source.text.matches(&call).count();
            if outside.contains(&call) {
                offences.push(format!("{}: `{verb}` outside `cache.write`", source.path));
            }
        }
    }
    assert!(verbs.iter().any(|verb| verb == "edit_employee"), "the rule finds no verbs: {verbs:?}");
    assert!(calls >= 6, "only {calls} calls were found: the rule reads the wrong files");
    none("call a verb that changes cached rows inside `cache.write`", &offences);
}

#[test]
fn the_rule_itself_finds_a_write_without_a_fence() {
    for writes in [
        "insert into employee (id) values ($1)",
        "update  employee set x = 1",
        "with gone as (delete from employee_term where true returning 1) select 1",
        "update department as d set name = $1",
    ] {
        assert!(changes(writes), "{writes}");
    }
    assert!(!changes("select 1 from employee for update"));
    assert!(!changes("insert into account (id) values ($1)"));
    assert!(!changes("update employee_counter set next_number = $1"));
    let text = "api.cache\n    .write(&context, &[E], async move || (store.edit(&x)).await); store.add(&x)";
    let outside = outside_of_writes(text);
    assert!(outside.contains(".add(") && !outside.contains(".edit("), "{outside}");
}
