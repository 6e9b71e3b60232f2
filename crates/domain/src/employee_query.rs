//! A directory query after parsing: every part is known to be allowed.

use std::{collections::BTreeSet, fmt};

use chrono::NaiveDate;

use crate::{DepartmentId, EmployeeId, EmployeeSort, EmploymentStatus, PrintableText, TextKey};

/// What to list, in which order, from where. Its text form is canonical: equal queries have equal text, and keys are made from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmployeeQuery {
    /// Folded words (lower-case ASCII letters, digits and the signs of an address); every one must begin a term of the employee.
    pub words: Vec<String>,
    /// Only this department.
    pub department: Option<DepartmentId>,
    /// Only this location, spelled exactly.
    pub location: Option<PrintableText>,
    /// Only these statuses; never empty.
    pub statuses: BTreeSet<EmploymentStatus>,
    /// The order.
    pub sort: EmployeeSort,
    /// How many rows, 1 to 200.
    pub limit: u32,
    /// The place to go on from.
    pub cursor: Option<Cursor>,
}

/// A place in a sorted list: the key of the row beside it, and which way to go from there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The order the key belongs to; a cursor of another order is refused.
    pub sort: EmployeeSort,
    /// The sort key of the row beside the page.
    pub key: SortKey,
    /// Its id, which orders rows of equal key.
    pub id: EmployeeId,
    /// Whether the page lies before that row and not after it.
    pub backwards: bool,
    /// How many rows lie before the page, as far as the last page knew.
    pub before: u64,
}

/// A value that rows are ordered by. Two of one order compare as PostgreSQL compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortKey {
    /// Compared byte by byte (`collate "C"`).
    Text(TextKey),
    /// Compared as a number.
    Integer(i64),
    /// Compared as a day.
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

/// Every variable part is preceded by its length, so no value can imitate another part.
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
