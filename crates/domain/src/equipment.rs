//! The equipment that a new hire may wish for.

use std::str::FromStr;

/// A computer for a new hire. The list is fixed, so that IT can order it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equipment {
    /// A laptop that is easy to carry.
    LightLaptop,
    /// A laptop for demanding work.
    PowerfulLaptop,
    /// A computer that stays at the desk.
    Desktop,
}

/// The text is not in the list of equipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of `light_laptop`, `powerful_laptop`, `desktop`, or an empty text")]
pub struct UnknownEquipment;

impl Equipment {
    /// Every choice, in the order in which a page lists them.
    pub const ALL: [Self; 3] = [Self::LightLaptop, Self::PowerfulLaptop, Self::Desktop];

    /// The choice as JSON spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LightLaptop => "light_laptop",
            Self::PowerfulLaptop => "powerful_laptop",
            Self::Desktop => "desktop",
        }
    }
}

impl FromStr for Equipment {
    type Err = UnknownEquipment;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word).ok_or(UnknownEquipment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_one_spelling() {
        for choice in Equipment::ALL {
            assert_eq!(choice.as_str().parse(), Ok(choice));
            assert!(UnknownEquipment.to_string().contains(&format!("`{}`", choice.as_str())));
        }
        for odd in ["", "Desktop", "desktop ", "tablet"] {
            assert_eq!(odd.parse::<Equipment>(), Err(UnknownEquipment), "{odd:?}");
        }
    }
}
