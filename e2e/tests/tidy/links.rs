//! The relative links in the documents point to files and headings that exist.

use std::{fs, path::Path};

use crate::{
    none,
    source::{Source, files, top},
};

/// The targets of Markdown links and images, and of `src` and `href` of HTML in Markdown.
fn targets(source: &Source) -> Vec<String> {
    let mut targets = Vec::new();
    for (begin, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
        let after = source.text.split(begin).skip(1);
        targets.extend(after.filter_map(|rest| rest.split(end).next()).map(str::to_owned));
    }
    targets
}

fn is_external(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:") || target.starts_with('#')
}

#[test]
fn relative_links_of_the_documents_resolve() {
    let mut offences = Vec::new();
    for source in files(&["."], &[".md"]) {
        let folder = top().join(Path::new(&source.path).parent().unwrap());
        for target in targets(&source).into_iter().filter(|target| !is_external(target)) {
            let path = target.split(['#', ' ']).next().unwrap_or_default();
            if !folder.join(path).exists() {
                offences.push(format!("{}: {target}", source.path));
            }
        }
    }
    none("a document links to a file that does not exist", &offences);
}

/// The anchor of a heading: its text in lower case without punctuation, with a hyphen for each space.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_to_headings_of_the_documents_resolve() {
    let mut offences = Vec::new();
    for source in files(&["."], &[".md"]) {
        let folder = top().join(Path::new(&source.path).parent().unwrap());
        for target in targets(&source).into_iter().filter(|target| !target.contains("://")) {
            let Some((path, wanted)) = target.split_once('#') else { continue };
            // The rule above finds a file that does not exist. Here it has no heading.
            let page = if path.is_empty() {
                source.text.clone()
            } else {
                fs::read_to_string(folder.join(path)).unwrap_or_default()
            };
            let mut headings = page.lines().filter(|line| line.starts_with('#'));
            if !headings.any(|line| anchor(line.trim_matches(['#', ' '])) == wanted) {
                offences.push(format!("{}: {target}", source.path));
            }
        }
    }
    none("a document links to a heading that does not exist", &offences);
}

#[test]
fn the_rule_itself_reads_headings() {
    assert_eq!(anchor("Alerts: a lock broke"), "alerts-a-lock-broke");
    assert_eq!(anchor("`serve`, and who_am_i?"), "serve-and-who_am_i");
}

#[test]
fn the_readme_has_at_most_120_lines() {
    let readme = files(&["README.md"], &[".md"]);
    let lines = readme[0].text.lines().count();
    assert!(lines <= 120, "README.md has {lines} lines; at most 120 are allowed");
}
