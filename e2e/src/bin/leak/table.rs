//! What somebody saw, as a small table.

use crate::paint::Paint;

/// Rows that are shown; the others are counted.
const SHOWN: usize = 5;

/// One row on somebody's screen.
pub(crate) struct Seen {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The company whose employee it is.
    pub(crate) whose: &'static str,
}

/// The rows, each in the colour of the company it belongs to and with its name; `total` counts those that are not shown too.
pub(crate) fn draw(paint: Paint, rows: &[Seen], total: usize) -> String {
    let shown = &rows[..rows.len().min(SHOWN)];
    let width = |text: fn(&Seen) -> &str| {
        shown.iter().map(|row| text(row).chars().count()).max().unwrap_or(0)
    };
    let (name, email) = (width(|row| &row.name), width(|row| &row.email));
    let mut lines = Vec::new();
    for row in shown {
        let line =
            format!("{:>5}  {:name$}  {:email$}  {}'s", row.number, row.name, row.email, row.whose);
        lines.push(format!("    {}", paint.of_company(row.whose, &line)));
    }
    if total > shown.len() {
        lines.push(paint.dim(&format!("           and {} more", total - shown.len())));
    }
    lines.join("\n")
}
