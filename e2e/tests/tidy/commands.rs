//! The commands in the documents exist.

use std::os::unix::fs::PermissionsExt;

use crate::{
    none,
    source::{files, top},
};

/// A recipe of the justfile.
struct Recipe {
    name: String,
    /// Whether a comment or an attribute stands on the line before it.
    comment: bool,
    lines: usize,
}

fn recipes() -> Vec<Recipe> {
    let justfile = &files(&["justfile"], &["justfile"])[0].text;
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut before = "";
    for line in justfile.lines() {
        let head = line.split(':').next().unwrap_or_default();
        if line.starts_with([' ', '\t']) {
            if let Some(recipe) = recipes.last_mut() {
                recipe.lines += 1;
            }
        } else if line.contains(':')
            && !line.contains(":=")
            && head.starts_with(|c: char| c.is_ascii_lowercase())
        {
            let name = head.split_whitespace().next().unwrap_or_default().to_owned();
            recipes.push(Recipe {
                name,
                comment: before.starts_with('#') || before.starts_with('['),
                lines: 0,
            });
        }
        before = line;
    }
    recipes
}

fn text(path: &str) -> String {
    files(&[path], &[path.rsplit('/').next().unwrap()]).remove(0).text
}

/// The recipes that a document shows as code: `just NAME` after a backtick, at the beginning of a line, or after another command.
fn named_recipes(document: &str) -> Vec<String> {
    let shown = document.match_indices("just ").filter(|(at, _)| {
        ["`", "\n", "&& ", "$ "].iter().any(|sign| document[..*at].ends_with(sign))
    });
    let name = |(at, sign): (usize, &str)| {
        document[at + sign.len()..]
            .split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
            .next()
            .map(str::to_owned)
    };
    shown.filter_map(name).filter(|word| !word.is_empty()).collect()
}

/// O1: the README names the two commands that a fresh machine needs.
#[test]
fn the_readme_names_the_command_that_starts_everything() {
    assert!(text("README.md").contains("./setup.sh dev && just dev"));
    assert!(recipes().iter().any(|recipe| recipe.name == "dev"));
    let mode = top().join("setup.sh").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "`setup.sh` must be executable");
}

/// O2: continuous integration runs the README's command for the tests, here and on a fork. It runs the levels of `just test` one by one.
#[test]
fn the_continuous_build_runs_what_the_readme_says() {
    assert!(text("README.md").contains("./setup.sh test && just test"));
    let (script, workflow) = (text(".ci/run"), text(".github/workflows/ci.yml"));
    assert!(script.contains("step ./setup.sh test\n"));
    assert!(workflow.contains("run: ./.ci/run ${{ matrix.recipes }}"));
    let justfile = text("justfile");
    let levels = justfile.lines().find_map(|line| line.strip_prefix("test: ")).unwrap();
    let missing = ["lint"].into_iter().chain(levels.split(' ')).flat_map(|recipe| {
        let runs = |text: &str, list: &str| {
            let list = text.lines().filter_map(|line| line.split_once(list));
            list.flat_map(|(_, after)| after.split([' ', ')', '}'])).any(|word| word == recipe)
        };
        let script = (!runs(&script, "recipes=(")).then(|| format!(".ci/run: {recipe}"));
        let workflow = (!runs(&workflow, "recipes: ")).then(|| format!("ci.yml: {recipe}"));
        script.into_iter().chain(workflow)
    });
    none(
        "continuous integration must run `just lint` and every level of `just test`",
        &missing.collect::<Vec<_>>(),
    );
}

#[test]
fn every_recipe_that_a_document_names_exists() {
    let known: Vec<String> = recipes().into_iter().map(|recipe| recipe.name).collect();
    let mut offences = Vec::new();
    for source in files(&["."], &[".md"]) {
        let unknown = named_recipes(&source.text).into_iter().filter(|word| !known.contains(word));
        offences.extend(unknown.map(|word| format!("{}: `just {word}`", source.path)));
    }
    none("a document names a recipe that is not in the justfile", &offences);
}

#[test]
fn a_recipe_is_a_comment_and_at_most_three_lines() {
    let long = recipes().into_iter().filter(|recipe| !recipe.comment || recipe.lines > 3);
    none(
        "a recipe needs a comment and has at most three lines; write anything longer in Rust",
        &long.map(|recipe| recipe.name).collect::<Vec<_>>(),
    );
}
