//! Formats counts of people and ranges of a list.

/// A number of people: `1 person`, `122 people`.
pub(crate) fn people(count: u64) -> String {
    if count == 1 { "1 person".into() } else { format!("{} people", grouped(count)) }
}

/// The range of a list that is shown: `51–100 of 122`; empty if nothing is shown.
pub(crate) fn range(before: u64, shown: u64, total: u64) -> String {
    if shown == 0 {
        return String::new();
    }
    format!("{}–{} of {}", grouped(before + 1), grouped(before + shown), grouped(total))
}

/// A number with its digits in groups of three: `10,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number as a capitalized word: `Three`; from 10 on in digits.
pub(crate) fn number_word(count: usize) -> String {
    const WORDS: [&str; 10] =
        ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
    WORDS.get(count).map_or_else(|| count.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_counts_from_one() {
        assert_eq!(range(50, 50, 122), "51–100 of 122");
        assert_eq!(range(9_950, 50, 10_000), "9,951–10,000 of 10,000");
        assert_eq!(range(0, 0, 0), "");
    }

    #[test]
    fn one_is_a_person_and_more_are_people() {
        assert_eq!(
            (people(1), people(0), people(1_200)),
            ("1 person".into(), "0 people".into(), "1,200 people".into())
        );
    }

    #[test]
    fn small_numbers_are_words() {
        assert_eq!((number_word(3), number_word(12)), ("Three".into(), "12".into()));
    }
}
