//! The orders that the directory can be sorted in: an allow-list of columns.

use std::{fmt, str::FromStr};

use crate::Field;

/// A column that the directory can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortColumn {
    /// Last name, then first name.
    Name,
    /// The employee number.
    Number,
    /// The title of the position.
    Position,
    /// The name of the department.
    Department,
    /// The work location.
    Location,
    /// The employment status.
    Status,
    /// First day of employment.
    StartedOn,
    /// The salary; only for viewers who may see it.
    Salary,
}

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest value comes first.
    Ascending,
    /// The largest value comes first.
    Descending,
}

/// A column and a direction; written `name` (ascending) or `-name` (descending).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmployeeSort {
    /// The column to sort by.
    pub column: SortColumn,
    /// The direction to sort in.
    pub direction: Direction,
}

/// The text is not a sort order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of `name`, `number`, `position`, `department`, `location`, `status`, `started_on`, `salary`, with `-` before it for descending order"
)]
pub struct UnknownSort;

impl SortColumn {
    /// Every column of the allow-list.
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

    /// The column as the query parameter `sort` spells it.
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

    /// The restricted field whose order this column reveals, if any.
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
    fn every_sort_round_trips() {
        for column in SortColumn::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = EmployeeSort { column, direction };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
    }

    #[test]
    fn sql_is_not_accepted_as_a_sort() {
        for odd in ["", "-", "--name", "name;drop", "NAME", "first_name"] {
            assert_eq!(odd.parse::<EmployeeSort>(), Err(UnknownSort), "{odd}");
        }
    }
}
