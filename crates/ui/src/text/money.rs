//! Formats amounts of money.

use domain::{Currency, Money};

use super::count::grouped;

/// An amount with its currency: `€58,400`; cents are shown only if there are any.
pub(crate) fn amount(money: Money) -> String {
    let sign = match money.currency {
        Currency::Eur => "€",
        Currency::Gbp => "£",
        Currency::Usd => "$",
    };
    let minus = if money.minor_units < 0 { "−" } else { "" };
    let units = money.minor_units.unsigned_abs();
    let whole = grouped(units / 100);
    match units % 100 {
        0 => format!("{minus}{sign}{whole}"),
        cents => format!("{minus}{sign}{whole}.{cents:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_written_only_if_there_are_any() {
        let of = |minor_units, currency| amount(Money { minor_units, currency });
        assert_eq!(of(5_840_000, Currency::Eur), "€58,400");
        assert_eq!(of(5_840_005, Currency::Gbp), "£58,400.05");
        assert_eq!(of(-99, Currency::Usd), "−$0.99");
    }
}
