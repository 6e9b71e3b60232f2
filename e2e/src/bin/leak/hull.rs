//! The hull, standing still: the water is BetaCo's rows, the bulkheads are the locks in the order in which rows meet them.

use crate::paint::Paint;

/// The locks, from the database to the screen.
const LOCKS: [&str; 10] = [
    "Policy",
    "Filter",
    "Transaction",
    "Stamp",
    "Key",
    "Compartment",
    "Seal",
    "SessionMac",
    "SessionKey",
    "Binding",
];
/// How far a bulkhead stands from the next, bow and stern included.
const APART: usize = 5;
/// On how many lines the names stand: the longest reaches over two bulkheads.
const LINES: usize = 3;
const BOW: &str = " BetaCo's rows ";
const STERN: &str = " Acme's screen ";

/// Both hulls: one without bulkheads, and one whose first bulkhead holds. No line is longer than 80 characters.
pub(crate) fn draw(paint: Paint) -> String {
    let hold = APART * LOCKS.len();
    let width = BOW.len() + hold + STERN.len();
    let water = |length: usize| paint.of_company("BetaCo", &"~".repeat(length));
    let dry = paint.of_company("Acme Corp", &format!("{:^1$}", "dry", STERN.len()));
    let bulkheads = |between: &str| format!("|{}", between.repeat(APART - 1)).repeat(LOCKS.len());
    [
        String::new(),
        paint.bold("One hull without a bulkhead"),
        format!("{BOW}{}{STERN}", " ".repeat(hold)),
        water(width),
        format!(" \\{}/", water(width - 3)),
        String::new(),
        paint.bold("One with ten: the water stands at the first that holds"),
        (0..LINES).map(labels).collect::<Vec<_>>().join("\n"),
        format!("{BOW}{}{STERN}", bulkheads(" ")),
        format!("{}{}{dry}", water(BOW.len()), bulkheads(" ")),
        format!(" \\{}{}{}/", water(BOW.len() - 2), bulkheads("_"), "_".repeat(STERN.len() - 1)),
        String::new(),
    ]
    .join("\n")
}

/// The name of every third lock above its bulkhead, from this one on.
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
