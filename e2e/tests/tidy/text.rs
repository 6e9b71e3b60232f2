//! Rules for the text of every source file.

use crate::{
    none,
    source::{Source, files, rust, top},
};

const MOST_LINES: usize = 400;

/// The words are split in two, because otherwise this file would break its own rule.
const UNFINISHED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("dbg", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ign", "ore"),
];

/// The files that may sleep: between two checks of a condition.
const MAY_SLEEP: [&str; 3] =
    ["e2e/src/deadline.rs", "e2e/src/hold.rs", "crates/cache/tests/it/deadline.rs"];

fn offenders<'s>(sources: &'s [Source], breaks: impl Fn(&Source) -> bool + 's) -> Vec<String> {
    sources.iter().filter(|source| breaks(source)).map(|source| source.path.clone()).collect()
}

#[test]
fn every_rust_file_begins_with_a_sentence_about_itself() {
    let first_line = |source: &Source| source.text.lines().next().unwrap_or_default().to_owned();
    let says_nothing = |source: &Source| {
        let line = first_line(source);
        !line.starts_with("//! ") || !line.ends_with(['.', ':', '?', '!'])
    };
    none("line 1 is `//! ` and one sentence", &offenders(&rust(), says_nothing));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = |source: &Source| source.text.lines().count() > MOST_LINES;
    none(
        "a file has one subject and at most 400 lines",
        &offenders(&files(&["."], &[".rs", ".css", ".sql", ".sh"]), long),
    );
}

#[test]
fn half_of_all_files_have_at_most_120_lines() {
    let mut lengths: Vec<usize> = rust().iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 120, "the median Rust file has {median} lines");
}

#[test]
fn nothing_is_left_unfinished_or_switched_off() {
    let all =
        files(&["."], &[".rs", ".sql", ".css", ".html", ".sh", ".toml", ".md", ".yml", "justfile"]);
    let mut offences = Vec::new();
    for source in &all {
        let found = UNFINISHED.iter().filter(|word| source.text.contains(**word));
        offences.extend(found.map(|word| format!("{}: `{word}`", source.path)));
    }
    none("nothing unfinished is committed, and no test is switched off", &offences);
}

#[test]
fn tests_wait_for_conditions_and_not_for_time() {
    let sleeps = |source: &Source| {
        let test = source.path.contains("/tests/")
            || source.path.contains("_tests.rs")
            || source.path.starts_with("e2e/");
        let sleeps = source.text.contains(concat!("sl", "eep("));
        test && sleeps && !MAY_SLEEP.contains(&source.path.as_str())
    };
    none(
        "a test waits for a condition with a deadline, never for a fixed time",
        &offenders(&rust(), sleeps),
    );
}

#[test]
fn file_names_are_not_vague() {
    let vague = ["utils", "util", "helpers", "helper", "common", "manager", "misc"];
    let is_vague = |source: &Source| {
        source.path.split('/').any(|part| vague.contains(&part.trim_end_matches(".rs")))
    };
    none("name the file after what it contains", &offenders(&rust(), is_vague));
}

#[test]
fn a_module_with_a_folder_is_in_the_folder() {
    let has_a_folder = |source: &Source| top().join(source.path.trim_end_matches(".rs")).is_dir();
    none(
        "a module with a folder `x/` is `x/mod.rs`; no file `x.rs` stands beside the folder",
        &offenders(&rust(), has_a_folder),
    );
}
