//! The Grafana dashboard and the rules of Prometheus use metrics and labels that the code has.

use std::collections::BTreeSet;

use crate::{
    none,
    operating::{described, labels},
    source::{Source, files},
};

/// The endings that Prometheus adds to the name of a histogram.
const HISTOGRAM: [&str; 3] = ["_bucket", "_count", "_sum"];
/// The labels that Prometheus adds: the target of the scrape, and the bound of a bucket.
const ADDED: [&str; 3] = ["instance", "job", "le"];

fn sources() -> Vec<Source> {
    files(&["docker/grafana/dashboards", "docker/prometheus"], &[".json", ".yml"])
}

/// Each metric in the text, with the labels of the selector that follows it.
fn selectors(text: &str) -> Vec<(&str, Vec<&str>)> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let selector = |(at, _)| {
        let rest: &str = &text[at..];
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        let base = HISTOGRAM.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        let inside = after.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let matchers = inside.unwrap_or_default().split(',');
        let labels = matchers.filter_map(|matcher| matcher.split(['=', '!']).next());
        (base, labels.map(str::trim).filter(|label| !label.is_empty()).collect())
    };
    text.match_indices("watertight_").map(selector).collect()
}

/// The labels by which the text groups or joins series: `by (tenant, kind)`, `on (role)`.
fn groupings(text: &str) -> Vec<&str> {
    let lists = [" by (", " on ("].into_iter().flat_map(|word| text.split(word).skip(1));
    lists.filter_map(|rest| rest.split(')').next()).flat_map(|list| list.split(", ")).collect()
}

/// O3: a query for a metric that does not exist shows an empty panel, and its rule never fires.
#[test]
fn the_dashboard_and_the_rules_use_metrics_that_exist() {
    let (described, mut used, mut offences) = (described(), 0, Vec::new());
    for source in sources() {
        for (metric, _) in selectors(&source.text) {
            used += 1;
            if !described.contains(metric) {
                offences.push(format!("{}: `{metric}`", source.path));
            }
        }
    }
    none("the code has no such metric; `docs/operating.md` lists them", &offences);
    assert!(used > 30, "only {used} uses were found: the rule reads the wrong files");
}

#[test]
fn the_dashboard_and_the_rules_use_labels_that_exist() {
    let known = labels();
    let all: BTreeSet<&str> = known.values().flatten().map(String::as_str).chain(ADDED).collect();
    let mut offences = Vec::new();
    for source in sources() {
        for (metric, used) in selectors(&source.text) {
            let has = |label: &str| {
                ADDED.contains(&label) || known.get(metric).is_some_and(|all| all.contains(label))
            };
            let unknown = used.into_iter().filter(|label| !has(label));
            offences.extend(unknown.map(|label| format!("{}: `{metric}{{{label}}}`", source.path)));
        }
        let unknown = groupings(&source.text).into_iter().filter(|label| !all.contains(label));
        offences.extend(unknown.map(|label| format!("{}: by `{label}`", source.path)));
    }
    none("the metric has no such label; `docs/operating.md` lists them", &offences);
}

#[test]
fn the_rule_itself_reads_queries() {
    let text = "sum by (le, tenant) (rate(watertight_a_bucket{x=~\\\"5..\\\",y!=\"z\"}[5m])) / on (role) watertight_b";
    let expected = [("watertight_a", vec!["x", "y"]), ("watertight_b", vec![])];
    assert_eq!(selectors(text), expected);
    assert_eq!(groupings(text), ["le", "tenant", "role"]);
}
