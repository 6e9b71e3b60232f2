//! Formats names of people.

/// First and last name: `Amara Okafor`.
pub(crate) fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

/// The first letters of the first and the last word of a name: `AO`.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Amara Okafor"), "AO");
        assert_eq!(initials("Elif de la Yıldız"), "EY");
        assert_eq!((initials("Cher"), initials("")), ("C".into(), String::new()));
    }
}
