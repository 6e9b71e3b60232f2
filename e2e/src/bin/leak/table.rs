//! A small table of the rows that a user saw.

use crate::paint::Paint;

/// The number of rows that are shown. Further rows are only counted.
const SHOWN: usize = 5;

/// A row that the user saw.
pub(crate) struct ShownRow {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The company that employs this person.
    pub(crate) company: &'static str,
}

/// Draws the rows, each in its company's colour and with its name. `total` includes the rows that are not shown.
pub(crate) fn draw(paint: Paint, rows: &[ShownRow], total: usize) -> String {
    let shown = &rows[..rows.len().min(SHOWN)];
    let width = |text: fn(&ShownRow) -> &str| {
        shown.iter().map(|row| text(row).chars().count()).max().unwrap_or(0)
    };
    let (name, email) = (width(|row| &row.name), width(|row| &row.email));
    let mut lines = Vec::new();
    for row in shown {
        let line = format!(
            "{:>5}  {:name$}  {:email$}  {}'s",
            row.number, row.name, row.email, row.company
        );
        lines.push(format!("    {}", paint.of_company(row.company, &line)));
    }
    if total > shown.len() {
        lines.push(paint.dim(&format!("           and {} more", total - shown.len())));
    }
    lines.join("\n")
}
