//! Draws the ship's hull: the water is BetaCo's rows, and the bulkheads are the locks in the order in which rows meet them.

use crate::paint::Paint;

/// The locks in order, from the database to the screen.
const LOCKS: [&str; 11] = [
    "Policy",
    "Filter",
    "Setting",
    "Transaction",
    "Stamp",
    "Key",
    "Compartment",
    "Seal",
    "SessionMac",
    "SessionKey",
    "Binding",
];
/// The distance between two bulkheads, and from bow or stern to the next one, in characters.
const APART: usize = 4;
/// The number of lines for the names: the longest name is wider than the distance of two bulkheads.
const LINES: usize = 3;
const BOW: &str = " BetaCo's rows ";
const STERN: &str = " Acme's screen ";

/// Draws two hulls: one without bulkheads, and one whose first bulkhead holds. No line is longer than 80 characters.
pub(crate) fn draw(paint: Paint) -> String {
    let hold = APART * LOCKS.len();
    let width = BOW.len() + hold + STERN.len();
    let water = |length: usize| paint.of_company("BetaCo", &"~".repeat(length));
    let dry = paint.of_company("Acme Corp", &format!("{:^1$}", "dry", STERN.len()));
    let bulkheads = |between: &str| format!("|{}", between.repeat(APART - 1)).repeat(LOCKS.len());
    let number = LOCKS.len();
    let title = format!("A hull with {number} bulkheads: the first one that holds stops the water");
    [
        String::new(),
        paint.bold("A hull without bulkheads"),
        format!("{BOW}{}{STERN}", " ".repeat(hold)),
        water(width),
        format!(" \\{}/", water(width - 3)),
        String::new(),
        paint.bold(&title),
        (0..LINES).map(labels).collect::<Vec<_>>().join("\n"),
        format!("{BOW}{}{STERN}", bulkheads(" ")),
        format!("{}{}{dry}", water(BOW.len()), bulkheads(" ")),
        format!(" \\{}{}{}/", water(BOW.len() - 2), bulkheads("_"), "_".repeat(STERN.len() - 1)),
        String::new(),
    ]
    .join("\n")
}

/// The names of every third lock, starting with `first`, each above its bulkhead.
fn labels(first: usize) -> String {
    let indent = BOW.len() + first * APART;
    let names = LOCKS.iter().skip(first).step_by(LINES);
    names
        .fold(" ".repeat(indent), |line, name| format!("{line}{name:0$}", LINES * APART))
        .trim_end()
        .to_owned()
}

#[test]
fn a_hull_fits_a_terminal() {
    let drawing = draw(Paint::none());
    assert!(drawing.lines().all(|line| line.chars().count() <= 80), "{drawing}");
    assert!(LOCKS.iter().all(|lock| drawing.contains(lock)), "{drawing}");
}

#[test]
fn the_hull_has_every_lock_of_the_readme() {
    let readme = include_str!("../../../../README.md");
    let table = readme.split_once("| lock | what it does |").unwrap().1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut locks: Vec<&str> = rows.map(|row| row.split('|').nth(1).unwrap().trim()).collect();
    let mut drawn = LOCKS.to_vec();
    locks.sort_unstable();
    drawn.sort_unstable();
    assert_eq!(drawn, locks);
}
