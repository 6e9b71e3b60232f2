//! A parsed directory query: every part is valid.

use std::{collections::BTreeSet, fmt};

use chrono::NaiveDate;

use crate::{DepartmentId, EmployeeId, EmployeeSort, EmploymentStatus, PrintableText, TextKey};

/// The filters, the order and the page of a directory query. Its text form is canonical: equal queries have equal text, and cache keys are made from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmployeeQuery {
    /// Folded search words: lower-case ASCII letters, digits and the punctuation of an e-mail address. Each word must be the beginning of one of the employee's
    /// search terms.
    pub words: Vec<String>,
    /// Lists only employees of this department.
    pub department: Option<DepartmentId>,
    /// Lists only employees at this location, spelled exactly.
    pub location: Option<PrintableText>,
    /// Lists only employees with one of these statuses; never empty.
    pub statuses: BTreeSet<EmploymentStatus>,
    /// The order of the rows.
    pub sort: EmployeeSort,
    /// The most rows on the page, 1 to 200.
    pub limit: u32,
    /// Where the page begins; `None` for the first page.
    pub cursor: Option<Cursor>,
}

/// A position in a sorted list: the row next to it, and on which side of that row the page lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The order that the key belongs to. A query with another order refuses the cursor.
    pub sort: EmployeeSort,
    /// The sort key of the row next to the page.
    pub key: SortKey,
    /// The id of that row. It orders rows with equal keys.
    pub id: EmployeeId,
    /// Whether the page lies before that row instead of after it.
    pub backwards: bool,
    /// The number of rows before the page, as of the page that the cursor came with.
    pub before: u64,
}

/// A value that rows are ordered by. Two keys of the same order compare as PostgreSQL compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortKey {
    /// Compared byte by byte (`collate "C"`).
    Text(TextKey),
    /// Compared as a number.
    Integer(i64),
    /// Compared as a date.
    Date(NaiveDate),
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "t{}:{text}", text.as_str().len()),
            Self::Integer(number) => write!(f, "i{number}"),
            Self::Date(day) => write!(f, "d{day}"),
        }
    }
}

/// The length of every variable part is written before it, so a value cannot imitate another part.
impl fmt::Display for EmployeeQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for word in &self.words {
            write!(f, "q{}:{word};", word.len())?;
        }
        if let Some(department) = &self.department {
            write!(f, "d{department};")?;
        }
        if let Some(location) = &self.location {
            let location = location.as_str();
            write!(f, "l{}:{location};", location.len())?;
        }
        for status in &self.statuses {
            write!(f, "s{};", status.as_str())?;
        }
        write!(f, "o{};n{}", self.sort, self.limit)?;
        if let Some(cursor) = &self.cursor {
            let way = if cursor.backwards { '<' } else { '>' };
            write!(f, ";c{way}{}/{}/{}", cursor.key, cursor.id, cursor.before)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(words: &[&str], location: Option<&str>) -> EmployeeQuery {
        EmployeeQuery {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            department: None,
            location: location.map(|name| PrintableText::parse(name, 100).unwrap()),
            statuses: BTreeSet::from([EmploymentStatus::Active]),
            sort: EmployeeSort::default(),
            limit: 50,
            cursor: None,
        }
    }

    #[test]
    fn a_value_cannot_imitate_another_part_of_the_query() {
        assert_ne!(query(&["a;q1:b"], None).to_string(), query(&["a", "b"], None).to_string());
        assert_ne!(
            query(&[], Some("x;sactive")).to_string(),
            query(&["x"], Some("sactive")).to_string()
        );
    }
}
