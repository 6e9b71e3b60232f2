//! `docs/operating.md` agrees with the code: the names of metrics, alerts and spans, and the numbers and defaults.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    none,
    source::{Source, files},
};

const PAGE: &str = "docs/operating.md";
/// The file that describes each metric. A description is also the metric's `HELP` text.
const METRICS: &str = "crates/server/src/telemetry/metrics.rs";

fn page() -> String {
    files(&[PAGE], &[".md"]).remove(0).text
}

fn code() -> Vec<Source> {
    files(&["crates"], &[".rs"])
        .into_iter()
        .filter(|source| !source.path.contains("/tests/") && !source.path.ends_with("_tests.rs"))
        .map(Source::without_tests)
        .collect()
}

/// The table rows in the section that begin with a name in backticks: the name, and what follows it.
fn rows<'p>(page: &'p str, section: &str) -> Vec<(&'p str, &'p str)> {
    let (_, after) = page.split_once(&format!("\n## {section}")).unwrap();
    let section = after.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).collect()
}

/// The name in backticks at the beginning of each table row in the section. Text may follow the name in its cell.
fn first_cells(page: &str, section: &str) -> BTreeSet<String> {
    rows(page, section).into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// The labels of each metric, and the values that the page names beside them.
pub(crate) fn labels() -> BTreeMap<String, BTreeSet<String>> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let labels = |rest: &str| rest.split('|').nth(1).map(quoted).unwrap_or_default();
    let page = page();
    let rows = rows(&page, "Metrics").into_iter();
    rows.map(|(name, rest)| (name.to_owned(), labels(rest))).collect()
}

/// Every metric that the code describes.
pub(crate) fn described() -> BTreeSet<String> {
    let literals = files(&[METRICS], &[".rs"]).remove(0).literals().into_iter();
    let described: BTreeSet<String> = literals.filter(|text| is_metric(text)).collect();
    assert!(described.len() > 10, "the rule reads the wrong file");
    described
}

/// Whether a literal is the name of one of our metrics.
fn is_metric(text: &str) -> bool {
    text.starts_with("watertight_")
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        && !["watertight_app", "watertight_platform", "watertight_session", "watertight_owner"]
            .contains(&text)
        && !text.starts_with("watertight_lab")
}

#[test]
fn the_page_and_the_code_know_the_same_metrics() {
    let on_page = first_cells(&page(), "Metrics");
    let differ: Vec<String> = on_page.symmetric_difference(&described()).cloned().collect();
    none(&format!("the metric must be in both `{METRICS}` and `{PAGE}`"), &differ);
}

#[test]
fn every_metric_that_is_counted_is_described() {
    let on_page = first_cells(&page(), "Metrics");
    let mut offences = Vec::new();
    for source in code() {
        let unknown =
            source.literals().into_iter().filter(|text| is_metric(text) && !on_page.contains(text));
        offences.extend(unknown.map(|name| format!("{}: `{name}`", source.path)));
    }
    none(&format!("describe the metric in `{METRICS}` and `{PAGE}`"), &offences);
}

/// The kinds in `alert = "kind"`.
fn kinds(source: &Source) -> Vec<String> {
    let after = source.text.split("alert = \"").skip(1);
    after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// R2: the page explains every kind of alert that the code raises.
#[test]
fn every_alert_is_on_the_page() {
    let on_page = first_cells(&page(), "Alerts");
    let (mut seen, mut offences) = (0, Vec::new());
    for source in code() {
        for kind in kinds(&source) {
            seen += 1;
            if !on_page.contains(&kind) {
                offences.push(format!("{}: `{kind}`", source.path));
            }
        }
    }
    none(
        &format!("explain in `{PAGE}` what the alert means and what the client receives"),
        &offences,
    );
    assert!(seen >= 3, "only {seen} alerts were found: the rule reads the wrong files");
}

#[test]
fn every_span_on_the_page_is_in_the_code() {
    let code = code();
    let is_there = |span: &str| {
        let name = format!("\"{span}\"");
        code.iter().any(|source| source.text.contains(&name))
    };
    let missing = first_cells(&page(), "Traces").into_iter().filter(|span| !is_there(span));
    none(&format!("`{PAGE}` names a span that is not in the code"), &missing.collect::<Vec<_>>());
}

#[test]
fn the_numbers_and_defaults_on_the_page_are_those_of_the_code() {
    let page = page();
    for (file, in_code, on_page) in [
        ("crates/server/src/telemetry/alert.rs", "QUEUE: usize = 1024", "up to 1,024 rows wait"),
        (
            "crates/server/src/telemetry/log.rs",
            "\"info,sqlx=warn,access=off\"",
            "`info,sqlx=warn,access=off`",
        ),
        ("crates/server/src/telemetry/exposition.rs", "127, 0, 0, 1], 9464", "`127.0.0.1:9464`"),
        ("crates/credential/src/pool.rs", "queue: 32", "at 32 the next is refused"),
        ("crates/credential/src/pool.rs", "queue: 32", "the threads and 32 that wait"),
        ("crates/store/src/pool.rs", "WAITING: usize = 256", "256 units of work that wait"),
        (
            "crates/session/src/circuit_breaker.rs",
            "MAX_COMMANDS: usize = 1_024",
            "1,024 commands under way",
        ),
        ("crates/cache/src/single_flight.rs", "MAX_LOADS: usize = 512", "512 loads under way"),
        ("crates/idp/src/token_cache.rs", "MOST: usize = 10_000", "10,000 verified tokens"),
    ] {
        let source = files(&[file], &[".rs"]).remove(0);
        assert!(source.text.contains(in_code), "`{in_code}` is no longer in {file}: update {PAGE}");
        assert!(page.contains(on_page), "`{on_page}` is not on {PAGE}");
    }
}
