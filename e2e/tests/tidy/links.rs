//! The relative links in the documents point to files that exist.

use std::path::Path;

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

#[test]
fn the_readme_has_at_most_120_lines() {
    let readme = files(&["README.md"], &[".md"]);
    let lines = readme[0].text.lines().count();
    assert!(lines <= 120, "README.md has {lines} lines; at most 120 are allowed");
}
