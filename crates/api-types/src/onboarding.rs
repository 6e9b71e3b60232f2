//! The onboarding form: as a draft that a device keeps before its user signs in, and as the form of an account (row C5).

use chrono::{DateTime, Utc};
use domain::Version;
use serde::{Deserialize, Serialize};

/// What a new hire tells the company before the first day. Every field may be empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OnboardingForm {
    /// How colleagues should call the new hire, at most 100 characters.
    pub preferred_name: String,
    /// A private telephone number, at most 40 characters.
    pub phone: String,
    /// Whom to call in an emergency, at most 100 characters.
    pub emergency_name: String,
    /// The telephone number of that contact, at most 40 characters.
    pub emergency_phone: String,
    /// What the new hire does not eat, at most 200 characters.
    pub dietary_needs: String,
    /// The wished computer: `light_laptop`, `powerful_laptop`, `desktop`, or empty for no wish.
    pub equipment: String,
}

/// The body of the responses of `/api/v1/draft` and `/api/v1/onboarding`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Onboarding {
    /// The version for `If-Match`; `null` if nothing has been saved.
    pub version: Option<Version>,
    /// The form as it was saved last.
    pub form: OnboardingForm,
    /// Of an account: the draft that was on the user's device at the sign-in, until the user keeps or discards it.
    pub draft: Option<OnboardingForm>,
    /// Of a draft: when it is deleted.
    pub expires_at: Option<DateTime<Utc>>,
}

impl OnboardingForm {
    /// The names of the fields, in the order of [`Self::texts`].
    pub const FIELDS: [&str; 6] = [
        "preferred_name",
        "phone",
        "emergency_name",
        "emergency_phone",
        "dietary_needs",
        "equipment",
    ];
    /// The most characters of each field, in the order of [`Self::texts`]. The last field is a choice.
    pub const LONGEST: [usize; 6] = [100, 40, 100, 40, 200, 40];

    /// The texts of all fields.
    pub fn texts(self) -> [String; 6] {
        let Self {
            preferred_name,
            phone,
            emergency_name,
            emergency_phone,
            dietary_needs,
            equipment,
        } = self;
        [preferred_name, phone, emergency_name, emergency_phone, dietary_needs, equipment]
    }

    /// The form with these texts, in the order of [`Self::texts`].
    pub fn of_texts(texts: [String; 6]) -> Self {
        let [preferred_name, phone, emergency_name, emergency_phone, dietary_needs, equipment] =
            texts;
        Self { preferred_name, phone, emergency_name, emergency_phone, dietary_needs, equipment }
    }

    /// This form, with its empty fields taken from `other`.
    #[must_use]
    pub fn filled_from(self, other: Self) -> Self {
        let mut others = other.texts().into_iter();
        Self::of_texts(self.texts().map(|text| {
            let other = others.next().unwrap_or_default();
            if text.is_empty() { other } else { text }
        }))
    }
}

/// Personal data, so `{:?}` prints no field.
impl std::fmt::Debug for OnboardingForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnboardingForm(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C5: a draft that the user accepts replaces no field that the draft leaves empty.
    #[test]
    fn only_empty_fields_are_filled() {
        let draft = OnboardingForm { phone: "2".to_owned(), ..OnboardingForm::default() };
        let own = OnboardingForm {
            phone: "1".to_owned(),
            equipment: "desktop".to_owned(),
            ..OnboardingForm::default()
        };
        let filled = draft.clone().filled_from(own.clone());
        assert_eq!((filled.phone.as_str(), filled.equipment.as_str()), ("2", "desktop"));
        assert_eq!(own.clone().filled_from(OnboardingForm::default()), own);
        assert_eq!(OnboardingForm::default().filled_from(draft.clone()), draft);
    }

    #[test]
    fn the_names_are_those_of_the_texts() {
        let form = OnboardingForm::of_texts(OnboardingForm::FIELDS.map(str::to_owned));
        let json = serde_json::to_value(&form).unwrap();
        for name in OnboardingForm::FIELDS {
            assert_eq!(json[name], name);
        }
        assert_eq!(form.texts(), OnboardingForm::FIELDS);
    }

    #[test]
    fn a_debug_print_shows_no_field() {
        let form = OnboardingForm { phone: "+49".to_owned(), ..OnboardingForm::default() };
        assert_eq!(format!("{form:?}"), "OnboardingForm(…)");
    }
}
