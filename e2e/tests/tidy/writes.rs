//! What is cached is changed inside of `cache.write` only: behind a fence, between two epochs.

use crate::{
    none,
    source::{Source, files},
};

/// The tables whose rows are shown in cached bodies; `employee` stands for `employee_term` too.
const CACHED: [&str; 2] = ["employee", "department"];

/// Whether the statement changes rows that a cached body shows.
fn changes(sql: &str) -> bool {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    ["insert into ", "update ", "delete from "].iter().any(|verb| {
        sql.match_indices(verb)
            .any(|(at, _)| CACHED.iter().any(|table| sql[at + verb.len()..].starts_with(table)))
    })
}

/// The store's verbs that change them, each from the file that holds its statements.
fn verbs(stores: &[Source], offences: &mut Vec<String>) -> Vec<String> {
    let mut verbs = Vec::new();
    for source in stores.iter().filter(|source| source.literals().iter().any(|sql| changes(sql))) {
        let public: Vec<String> = source
            .text
            .split("pub async fn ")
            .skip(1)
            .filter_map(|rest| rest.split(['(', '<']).next().map(str::to_owned))
            .collect();
        if public.is_empty() {
            offences.push(format!(
                "{}: a statement that writes stands in the file of its verb",
                source.path
            ));
        }
        verbs.extend(public);
    }
    verbs
}

/// The text without what lies between the parentheses of `cache.write(…)`, and without white space.
fn outside_of_writes(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (mut outside, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find("cache.write(") {
        outside.push_str(&rest[..at]);
        let inside = &rest[at + "cache.write(".len()..];
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
fn what_is_cached_is_changed_behind_a_fence_only() {
    let mut offences = Vec::new();
    let stores: Vec<Source> =
        files(&["crates/store/src"], &[".rs"]).into_iter().map(Source::without_tests).collect();
    let verbs = verbs(&stores, &mut offences);
    assert!(verbs.iter().any(|verb| verb == "add_company"), "the rule finds no verbs: {verbs:?}");
    let mut calls = 0;
    for source in files(&["crates/api/src", "crates/server/src"], &[".rs"]) {
        let source = source.without_tests();
        let outside = outside_of_writes(&source.text);
        for verb in &verbs {
            let call = format!(".{verb}(");
            calls += source.text.matches(&call).count();
            if outside.contains(&call) {
                offences.push(format!("{}: `{verb}` outside of `cache.write`", source.path));
            }
        }
    }
    assert!(calls >= 2, "only {calls} calls were found: the rule reads the wrong files");
    none("a verb that changes what is cached is called inside of `cache.write`", &offences);
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
    let text = "api.cache\n    .write(&context, &[E], async move || (store.edit(&x)).await); store.add(&x)";
    let outside = outside_of_writes(text);
    assert!(outside.contains(".add(") && !outside.contains(".edit("), "{outside}");
}
