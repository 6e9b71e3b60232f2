//! An amount of money.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The currencies salaries are paid in (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// United States dollar.
    Usd,
}

/// The code names no currency we pay in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a currency is one of `EUR`, `GBP`, `USD`")]
pub struct UnknownCurrency;

impl Currency {
    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Usd => "USD",
        }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Eur, Self::Gbp, Self::Usd]
            .into_iter()
            .find(|currency| currency.code() == code)
            .ok_or(UnknownCurrency)
    }
}

/// A whole number of minor units (cents), so that no amount is ever rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// Hundredths of the currency: 5840000 is 58,400.00.
    pub minor_units: i64,
    /// In which currency.
    pub currency: Currency,
}

/// The amount is no salary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a salary is between 0 and 100000000000 minor units")]
pub struct InvalidSalary;

impl Money {
    /// A yearly salary: not negative, and at most a billion, which stays exact in JSON.
    ///
    /// # Errors
    /// [`InvalidSalary`] says what could be.
    pub fn salary(minor_units: i64, currency: Currency) -> Result<Self, InvalidSalary> {
        if (0..=100_000_000_000).contains(&minor_units) {
            Ok(Self { minor_units, currency })
        } else {
            Err(InvalidSalary)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salary_is_not_negative_and_at_most_a_billion() {
        for (minor_units, right) in
            [(0, true), (100_000_000_000, true), (-1, false), (i64::MAX, false)]
        {
            assert_eq!(Money::salary(minor_units, Currency::Eur).is_ok(), right, "{minor_units}");
        }
    }
}
