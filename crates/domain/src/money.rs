//! Amounts of money and their currencies.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The currencies of salaries (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// The euro, `EUR`.
    Eur,
    /// The pound sterling, `GBP`.
    Gbp,
    /// The United States dollar, `USD`.
    Usd,
}

/// The text is not the code of a [`Currency`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of `EUR`, `GBP`, `USD`")]
pub struct UnknownCurrency;

impl Currency {
    /// The ISO 4217 code, in upper case.
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

/// An amount in minor units (cents). It is a whole number, so it is never rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// Hundredths of the currency: 5840000 is 58,400.00.
    pub minor_units: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

/// The amount is negative or above the largest salary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number of minor units from 0 to 100000000000")]
pub struct InvalidSalary;

impl Money {
    /// A yearly salary: not negative, and at most one billion in the currency's main unit, which stays exact in JSON.
    ///
    /// # Errors
    /// [`InvalidSalary`] if the amount is outside that range.
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
