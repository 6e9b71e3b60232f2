//! Parses the onboarding form. The error lists all invalid fields at once.

use api_types::OnboardingForm;
use domain::Equipment;

use crate::{error::ApiError, resources::fields::Fields};

/// Parses the fields: each is one trimmed line, or empty.
pub(super) fn parse(sent: OnboardingForm) -> Result<OnboardingForm, ApiError> {
    let mut fields = Fields::default();
    let mut texts = sent.texts();
    let limits = OnboardingForm::FIELDS.into_iter().zip(OnboardingForm::LONGEST);
    let [lines @ .., equipment] = &mut texts;
    for (text, (name, longest)) in lines.iter_mut().zip(limits) {
        let line = fields.optional_line(name, Some(text.trim()), longest);
        *text = line.flatten().map(String::from).unwrap_or_default();
    }
    let choice: Option<Equipment> = fields.choice("equipment", equipment);
    choice.map(Equipment::as_str).unwrap_or_default().clone_into(equipment);
    fields.none_wrong().map(|()| OnboardingForm::of_texts(texts))
}

#[cfg(test)]
mod tests {
    use api_types::FieldCode;

    use super::*;

    fn wrong(field: usize, text: &str) -> (String, FieldCode) {
        let mut texts = OnboardingForm::default().texts();
        text.clone_into(&mut texts[field]);
        let problem = parse(OnboardingForm::of_texts(texts)).unwrap_err().problem("");
        let [error] = problem.errors.as_slice() else { panic!("{problem:?}") };
        (error.field.clone(), error.code)
    }

    #[test]
    fn a_valid_form_is_trimmed_and_may_be_empty() {
        let empty = OnboardingForm::default();
        assert_eq!(parse(empty.clone()).unwrap(), empty);
        let mut texts = OnboardingForm::LONGEST.map(|longest| "ü".repeat(longest));
        "desktop".clone_into(&mut texts[5]);
        let form = OnboardingForm::of_texts(texts);
        assert_eq!(parse(form.clone()).unwrap(), form);
        let spaced = OnboardingForm { phone: " 1 ".to_owned(), ..OnboardingForm::default() };
        assert_eq!(parse(spaced).unwrap().phone, "1");
        let blank = OnboardingForm { phone: "  ".to_owned(), ..OnboardingForm::default() };
        assert_eq!(parse(blank).unwrap(), empty);
    }

    /// G11: every field refuses control characters and a text that is too long.
    #[test]
    fn every_field_is_checked() {
        for (field, (name, longest)) in
            OnboardingForm::FIELDS.into_iter().zip(OnboardingForm::LONGEST).enumerate()
        {
            for odd in ["a\0b", "a\nb", "a\u{202e}b"] {
                assert_eq!(wrong(field, odd), (name.to_owned(), FieldCode::Malformed), "{odd:?}");
            }
            let code = if field == 5 { FieldCode::Malformed } else { FieldCode::TooLong };
            assert_eq!(wrong(field, &"a".repeat(longest + 1)), (name.to_owned(), code));
        }
    }
}
