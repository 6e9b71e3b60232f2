//! The matrix as a page: printed, compared with the committed page, and rewritten if `WATERTIGHT_WRITE_MATRIX` is set.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use super::{
    matrix::{Found, sets},
    planted::Planted,
    trial::Outcome,
};

const HEAD: &str = "\
# Leak distance

How many locks must fail at once before the product serves a foreign row or another role's view. Every single and every double fault is tried on every path
and in every order of asking: each of three users first and then nine users at once, and nine users at once with empty caches. Each answer is compared byte by
byte with the answer with all locks on. The nine users are all four roles of two companies whose employees have the same ids, and the HR admin of a third.
After each write the other company is read with all locks on, and must be unchanged, byte for byte. Sets of three are tried to show that the search finds
leaks.

`just matrix` prints this page and writes it. `just test-e2e` (`e2e/tests/lab/`) fails if a single or a double fault leaks, if nothing leaks with all locks off,
or if the paths or locks differ from this page. Which error a fault causes can depend on where PostgreSQL stores a row, so `x` and the last column may differ
from run to run.

`=` every user got the true answer · `x` at least one user got an error, all others the true answer · `L` at least one user got another answer
";

const PLANTED: &str = "
## Planted session records

The tables above and below are about faults of our code, with stores that only the product writes to. This table is about another adversary, who can
write to the session Redis, knows the format of a record, and plants a record for a cookie that the adversary holds.

The lock SessionMac alone stops the first three. A record that names the right company, under a key of that company, passes SessionKey, Stamp and Binding,
and the product does not read account and role from PostgreSQL at each request. The distance of these three is one lock besides write access to Redis, not
three locks.
A record of another company carries that company's id, which two more locks compare.
[ADR 23](adr/0023-session-records-are-authenticated.md) says what else this adversary can do.

| planted record | one off | two off | least number | smallest sets that leak |
|---|---|---|---|---|
";

/// Prints the page and compares it with the committed one. If `WATERTIGHT_WRITE_MATRIX` is set, the committed page is rewritten first.
pub(super) fn compare(locks: &[String], found: &[(&'static str, Found)], planted: &[Planted]) {
    let page = page(locks, found, planted);
    println!("{page}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/leak-distance.md");
    if env::var_os("WATERTIGHT_WRITE_MATRIX").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        promised(&committed) == promised(&page),
        "docs/leak-distance.md differs from the results of this run\nhint: compare it with the page printed above; `just matrix` writes it"
    );
}

/// The parts of the page that must not change: paths, locks and leaks.
fn promised(page: &str) -> Vec<String> {
    let lines = page.lines().map(|line| match line.rsplit_once(" leak | ") {
        Some((promise, _)) if line.starts_with("| ") => promise.to_owned(),
        _ => line.replace(" x", " ="),
    });
    lines.collect()
}

fn page(locks: &[String], found: &[(&'static str, Found)], planted: &[Planted]) -> String {
    let mut page = HEAD.to_owned();
    writeln!(
        page,
        "\n## Distances\n\n| path | one off | two off | least number | sets of three that leak |"
    )
    .unwrap();
    writeln!(page, "|---|---|---|---|---|").unwrap();
    let names = |set: &Vec<usize>| {
        set.iter().map(|lock| locks[*lock].as_str()).collect::<Vec<_>>().join(" + ")
    };
    for (name, found) in found {
        let leaks = |size: usize| {
            let of_size = found.faults.iter().filter(|(set, _)| set.len() == size);
            let leaks = of_size.clone().filter(|(_, came)| **came == Outcome::Leaked).count();
            format!("{leaks} of {} leak", of_size.count())
        };
        let triples: Vec<String> = found.leaking_triples.iter().map(names).collect();
        let least = if triples.is_empty() { "more than 3" } else { "3" };
        let triples = if triples.is_empty() { "none".to_owned() } else { triples.join("; ") };
        writeln!(page, "| {name} | {} | {} | {least} | {triples} |", leaks(1), leaks(2)).unwrap();
    }
    page += PLANTED;
    let all = [1, 2].map(|size| sets(locks.len(), size).len());
    for one in planted {
        let Planted { name, leaks: [singles, doubles], smallest } = one;
        let smallest: Vec<String> = smallest.iter().map(names).collect();
        let (least, smallest) = (one.distance(), smallest.join("; "));
        let [of_singles, of_doubles] = all;
        writeln!(
            page,
            "| {name} | {singles} of {of_singles} leak | {doubles} of {of_doubles} leak | {least} | {smallest} |"
        )
        .unwrap();
    }
    for (name, found) in found {
        grid(&mut page, name, locks, found);
    }
    page
}

/// Appends the grid of a path: one cell for each pair of locks. The diagonal shows a lock alone.
fn grid(page: &mut String, name: &str, locks: &[String], found: &Found) {
    writeln!(page, "\n## {name}\n\n```").unwrap();
    let width = locks.iter().map(String::len).max().unwrap_or(0);
    for (row, lock) in locks.iter().enumerate() {
        let cells = (0..=row).map(|column| {
            let set = if column == row { vec![row] } else { vec![column, row] };
            match found.faults[&set] {
                Outcome::Same => " =",
                Outcome::Refused => " x",
                Outcome::Leaked => " L",
            }
        });
        writeln!(page, "{lock:width$}{}", cells.collect::<String>()).unwrap();
    }
    let initials = locks.iter().fold(String::new(), |line, lock| line + " " + &lock[..1]);
    writeln!(page, "{:width$}{initials}\n```", "").unwrap();
}
