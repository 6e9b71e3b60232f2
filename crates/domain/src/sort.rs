//! How the directory can be sorted: an allow-list of columns.

use std::{fmt, str::FromStr};

use crate::Field;

/// A column the directory can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortColumn {
    /// Last name, then first name.
    Name,
    /// Employee number.
    Number,
    /// Position title.
    Position,
    /// Department name.
    Department,
    /// Location.
    Location,
    /// Employment status.
    Status,
    /// First day of employment.
    StartedOn,
    /// Salary; only for those who may see it.
    Salary,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column and a direction; written `name` or `-name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmployeeSort {
    /// By what.
    pub column: SortColumn,
    /// Which end first.
    pub direction: Direction,
}

/// The text names no sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a sort is one of `name`, `number`, `position`, `department`, `location`, `status`, `started_on`, `salary`, with `-` before it for descending"
)]
pub struct UnknownSort;

impl SortColumn {
    /// Every column.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Number,
        Self::Position,
        Self::Department,
        Self::Location,
        Self::Status,
        Self::StartedOn,
        Self::Salary,
    ];

    /// The word used in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::Position => "position",
            Self::Department => "department",
            Self::Location => "location",
            Self::Status => "status",
            Self::StartedOn => "started_on",
            Self::Salary => "salary",
        }
    }

    /// The restricted field this column reveals the order of, if any.
    pub const fn reveals(self) -> Option<Field> {
        match self {
            Self::Salary => Some(Field::Salary),
            _ => None,
        }
    }
}

impl Default for EmployeeSort {
    fn default() -> Self {
        Self { column: SortColumn::Name, direction: Direction::Ascending }
    }
}

impl fmt::Display for EmployeeSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.direction == Direction::Descending {
            f.write_str("-")?;
        }
        f.write_str(self.column.as_str())
    }
}

impl FromStr for EmployeeSort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, direction) = match text.strip_prefix('-') {
            Some(word) => (word, Direction::Descending),
            None => (text, Direction::Ascending),
        };
        let column = SortColumn::ALL
            .into_iter()
            .find(|column| column.as_str() == word)
            .ok_or(UnknownSort)?;
        Ok(Self { column, direction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_reads_what_it_writes() {
        for column in SortColumn::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = EmployeeSort { column, direction };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
    }

    #[test]
    fn sql_is_no_sort() {
        for odd in ["", "-", "--name", "name;drop", "NAME", "first_name"] {
            assert_eq!(odd.parse::<EmployeeSort>(), Err(UnknownSort), "{odd}");
        }
    }
}
