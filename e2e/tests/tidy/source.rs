//! Reads the text files of the checkout for the rules.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders without source files of this repository: build output, dependencies and caches.
const NOT_OURS: [&str; 7] = ["target", "dist", "node_modules", ".git", ".dev", ".bundle", ".sqlx"];

/// A text file of the checkout.
pub(crate) struct Source {
    /// The path relative to the top of the checkout, separated by `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The top folder of the checkout, which holds the workspace's `Cargo.toml`.
pub(crate) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file at or below the paths `under` whose name ends with one of `endings`, sorted by path. Fails if there is none.
pub(crate) fn files(under: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for place in under {
        walk(&top().join(place), endings, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(
        !found.is_empty(),
        "no file under {under:?} ends with {endings:?}: the rule would check nothing"
    );
    found
}

/// Every Rust file of the checkout.
pub(crate) fn rust() -> Vec<Source> {
    files(&["."], &[".rs"])
}

fn walk(place: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if place.is_dir() && !NOT_OURS.contains(&name.as_str()) {
        let mut inside: Vec<PathBuf> =
            fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
        inside.sort();
        for path in &inside {
            walk(path, endings, found);
        }
    } else if place.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
        let from_top = place.strip_prefix(top()).unwrap();
        let path = from_top
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/");
        let text = fs::read_to_string(place).unwrap();
        found.push(Source { path: path.trim_start_matches("./").to_owned(), text });
    }
}

impl Source {
    /// The same file without the test module at its end, which may contain texts that a rule forbids in product code.
    pub(crate) fn without_tests(mut self) -> Self {
        self.text.truncate(self.text.find("\nmod tests {").unwrap_or(self.text.len()));
        self
    }

    /// The string literals of a Rust file, without those in comments. The literals of one `concat!` are one.
    pub(crate) fn literals(&self) -> Vec<String> {
        let mut literals = Vec::new();
        let mut rest = self.text.as_str();
        // How many parentheses are open inside of a `concat!`.
        let mut open = 0;
        while let Some(at) = rest.find(['"', '/', '\'', '(', ')']) {
            let here = &rest[at..];
            let inside_concat = open > 0;
            rest = if here.starts_with("//") {
                here.find('\n').map_or("", |end| &here[end..])
            } else if let Some(after) = here.strip_prefix("'\"'") {
                after
            } else if let Some(inside) = here.strip_prefix('"') {
                let raw = rest[..at].trim_end_matches('#').ends_with('r');
                let end = end_of_literal(inside, raw);
                match literals.last_mut() {
                    Some(whole) if inside_concat => *whole += &inside[..end],
                    _ => literals.push(inside[..end].to_owned()),
                }
                inside.get(end + 1..).unwrap_or("")
            } else {
                if here.starts_with('(') && !inside_concat && rest[..at].ends_with("concat!") {
                    literals.push(String::new());
                    open = 1;
                } else if inside_concat {
                    open += i32::from(here.starts_with('(')) - i32::from(here.starts_with(')'));
                }
                &here[1..]
            };
        }
        literals
    }
}

fn end_of_literal(inside: &str, raw: bool) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return at,
            '\\' if !raw => escaped = !escaped,
            _ => escaped = false,
        }
    }
    inside.len()
}

#[test]
fn literals_are_found_and_comments_are_not() {
    let text = "// \"no\"\nlet a = \"one\"; let q = '\"'; let b = \"t\\\"wo\"; let c = r\"\\\"; /// \"no\"\n";
    let source = Source { path: String::new(), text: text.to_owned() };
    assert_eq!(source.literals(), ["one", "t\\\"wo", "\\"]);
}

#[test]
fn the_literals_of_a_concat_are_one() {
    let text = "tenant_sql!(concat!(\"insert into a (\", columns!(), \") returning b\")); f(\"c\", g(\"d\"))";
    let source = Source { path: String::new(), text: text.to_owned() };
    assert_eq!(source.literals(), ["insert into a () returning b", "c", "d"]);
}
