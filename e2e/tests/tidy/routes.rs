//! Every path of the API is spelled in one place, and every path is described.

use crate::{none, source::files};

/// The paths of `crates/api-types/src/paths.rs`: name and spelling. The path of a function keeps its parameter, as in `/api/v1/employees/{id}`.
fn paths() -> Vec<(String, String)> {
    let text = files(&["crates/api-types/src/paths.rs"], &[".rs"]).remove(0).text;
    let constant = |line: &str| {
        let (name, value) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
        Some((name.to_owned(), value.trim_end_matches("\";").to_owned()))
    };
    let mut paths: Vec<(String, String)> = text.lines().filter_map(constant).collect();
    for (name, rest) in
        text.split("pub fn ").skip(1).filter_map(|function| function.split_once('('))
    {
        let written = rest.split('"').nth(1).unwrap();
        let (base, after) = written.trim_start_matches('{').split_once('}').unwrap();
        let (_, base) = paths.iter().find(|(constant, _)| constant == base).unwrap();
        paths.push((name.to_owned(), format!("{base}{after}")));
    }
    paths
}

#[test]
fn every_path_is_described_by_the_api() {
    let api = files(&["crates/api/src"], &[".rs"]);
    let described =
        |path: &str| api.iter().any(|source| source.text.contains(&format!("path = \"{path}\"")));
    let undescribed = paths().into_iter().filter(|(name, path)| name != "DOCS" && !described(path));
    none(
        "a path of `api-types::paths` needs a `#[utoipa::path]` in `crates/api`",
        &undescribed.map(|(name, _)| name).collect::<Vec<_>>(),
    );
}

#[test]
fn no_path_of_the_api_is_written_by_hand() {
    let mut offences = Vec::new();
    for source in files(&["crates/server/src", "crates/ui/src", "dev/src", "e2e/src"], &[".rs"]) {
        let source = source.without_tests();
        let spelled = source.literals().into_iter().filter(|text| text.starts_with("/api/v1/"));
        offences.extend(spelled.map(|text| format!("{}: \"{text}\"", source.path)));
    }
    none("use the constant or function of `api-types::paths` instead of a literal", &offences);
}

#[test]
fn the_rule_itself_reads_constants_and_functions() {
    let paths = paths();
    for (name, path) in [("EMPLOYEES", "/api/v1/employees"), ("employee", "/api/v1/employees/{id}")]
    {
        assert!(paths.contains(&(name.to_owned(), path.to_owned())), "{name} in {paths:?}");
    }
}
