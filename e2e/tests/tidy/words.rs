//! The few rules of `docs/writing.md` that a test can check.

use crate::{
    none,
    source::{files, rust},
};

/// The fewest words of a doc comment.
const FEWEST_WORDS: usize = 3;

/// The most characters of a line of a document. Rows of tables cannot be wrapped.
const LONGEST_LINE: usize = 160;

/// Openings that hide who acts. A sentence begins with its subject.
const BANNED_OPENINGS: [&str; 8] =
    ["Whoever ", "Whose ", "Who ", "Nobody ", "Somebody ", "Anybody ", "Everybody ", "Lest "];

/// Names that were replaced. Each has a standard term in `docs/writing.md`.
const RETIRED: [&str; 28] = [
    "Borne",
    "not_denied",
    "DenialQuestion",
    "RoundTrip",
    "PATIENCE",
    "Incarnation",
    "Doorkeeper",
    "StillPart",
    "fell_silent",
    "while_it_lives",
    "sign_of_life",
    "only_writer",
    "past_the_cache",
    "Disbelief",
    "take_back",
    "look_once_more",
    "Minter",
    "parse_of_others",
    "begun_at",
    "reload_when_brought_back",
    "RejectedRing",
    "NotSealed",
    "NotRenewed",
    "Switchboard",
    "without_a_person",
    "add_company",
    "Told",
    "untold",
];

/// The doc comments of a file, each as the number of its first line and its text without the marks.
fn doc_comments(text: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut inside = "";
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let found =
            ["///", "//!"].into_iter().find_map(|mark| Some((mark, line.strip_prefix(mark)?)));
        match (found, comments.last_mut()) {
            (Some((mark, more)), Some((_, comment))) if mark == inside => {
                comment.push(' ');
                comment.push_str(more.trim());
            }
            (Some((_, first)), _) => comments.push((number + 1, first.trim().to_owned())),
            (None, _) => {}
        }
        inside = found.map_or("", |(mark, _)| mark);
    }
    comments
}

fn offences(breaks: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offences = Vec::new();
    for source in rust() {
        for (line, comment) in doc_comments(&source.text) {
            if breaks(&comment) {
                offences.push(format!("{}:{line}: {comment}", source.path));
            }
        }
    }
    offences
}

#[test]
fn a_doc_comment_has_three_words() {
    let short = |comment: &str| comment.split_whitespace().count() < FEWEST_WORDS;
    none("a doc comment says something that the signature does not", &offences(short));
}

#[test]
fn a_doc_comment_begins_with_its_subject() {
    let banned = |comment: &str| BANNED_OPENINGS.iter().any(|opening| comment.starts_with(opening));
    none(
        "a sentence begins with the client, the user, the node or another subject",
        &offences(banned),
    );
}

#[test]
fn no_retired_name_is_used_again() {
    let mut offences = Vec::new();
    for source in rust().iter().filter(|source| source.path != file!()) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let names = source.text.split(|c| !is_name(c)).filter(|name| RETIRED.contains(name));
        offences.extend(names.map(|name| format!("{}: `{name}`", source.path)));
    }
    none("use the standard term of `docs/writing.md`", &offences);
}

#[test]
fn a_line_of_a_document_fits_the_screen() {
    let mut offences = Vec::new();
    for page in files(&["."], &[".md"]) {
        let long = page
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.chars().count() > LONGEST_LINE && !line.starts_with('|'));
        offences.extend(long.map(|(number, _)| format!("{}:{}", page.path, number + 1)));
    }
    none(
        "a line of a document has at most 160 characters, unless it is a row of a table",
        &offences,
    );
}

#[test]
fn the_rule_itself_joins_lines() {
    let text = "//! One\n//! two.\n\n/// Three.\nfn a() {}\n";
    assert_eq!(doc_comments(text), [(1, "One two.".to_owned()), (4, "Three.".to_owned())]);
}
