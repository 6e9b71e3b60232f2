//! Names from twenty languages, in their own spelling.

use std::collections::{BTreeMap, BTreeSet};

use super::{company::COMPANIES, company::Location, rng::DeterministicRng};

/// Two lines for each language: first names, then last names.
const TEXT: &str = include_str!("names.txt");

/// The percentage of people whose name is in a language of their location. The other names are in any language.
const LOCALS: u32 = 66;

/// Draws random names, and no name twice as long as others are easy to find.
#[derive(Debug)]
pub(super) struct Names {
    languages: BTreeMap<&'static str, Language>,
    taken: BTreeSet<(String, String)>,
}

#[derive(Debug, Default)]
struct Language {
    first: Vec<&'static str>,
    last: Vec<&'static str>,
}

impl Names {
    /// All names except those of the demo accounts of all companies, which must be unique.
    pub(super) fn new() -> Self {
        let mut languages: BTreeMap<_, Language> = BTreeMap::new();
        for (key, line) in TEXT.lines().filter_map(|line| line.split_once(": ")) {
            let language = languages.entry(key).or_default();
            let names =
                if language.first.is_empty() { &mut language.first } else { &mut language.last };
            names.extend(line.split(", "));
        }
        let fixed_people = COMPANIES.into_iter().flat_map(|company| company.fixed_people);
        let known = fixed_people.filter(|fixed_person| fixed_person.role.is_some());
        Self {
            languages,
            taken: known
                .map(|fixed_person| (fixed_person.first.to_owned(), fixed_person.last.to_owned()))
                .collect(),
        }
    }

    /// Keeps a name from being drawn.
    pub(super) fn reserve(&mut self, first: &str, last: &str) {
        self.taken.insert((first.to_owned(), last.to_owned()));
    }

    /// Draws a new name for a person at this location: a double name if several simple ones were taken.
    pub(super) fn draw(
        &mut self,
        location: &Location,
        rng: &mut DeterministicRng,
    ) -> (String, String) {
        let mut name = self.plain(location, rng);
        for _ in 0..6 {
            if !self.taken.contains(&name) {
                break;
            }
            name = self.plain(location, rng);
        }
        for _ in 0..6 {
            if !self.taken.contains(&name) {
                break;
            }
            let (first, last) = self.plain(location, rng);
            let (other_first, other_last) = self.plain(location, rng);
            name = if rng.percent(50) {
                (format!("{first} {other_first}"), last)
            } else {
                (first, format!("{last}-{other_last}"))
            };
        }
        self.taken.insert(name.clone());
        name
    }

    fn plain(&self, location: &Location, rng: &mut DeterministicRng) -> (String, String) {
        let everywhere: Vec<&str> = self.languages.keys().copied().collect();
        let keys = if rng.percent(LOCALS) { location.names } else { &everywhere };
        let language = rng.pick(keys).and_then(|key| self.languages.get(key));
        let mut one = |names: &[&str]| rng.pick(names).copied().unwrap_or_default().to_owned();
        language.map(|language| (one(&language.first), one(&language.last))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_names_and_every_location_has_a_language() {
        let names = Names::new();
        assert!(
            names
                .languages
                .values()
                .all(|language| language.first.len() >= 12 && language.last.len() >= 12)
        );
        for location in COMPANIES.into_iter().flat_map(|company| company.locations) {
            assert!(
                location.names.iter().all(|key| names.languages.contains_key(key)),
                "{}",
                location.name
            );
        }
    }

    #[test]
    fn no_name_is_drawn_twice_and_none_of_a_demo_account() {
        let (mut names, mut rng) = (Names::new(), DeterministicRng::of("names"));
        let drawn: Vec<_> =
            (0..2000).map(|_| names.draw(&COMPANIES[0].locations[0], &mut rng)).collect();
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
        assert!(!drawn.contains(&("Amara".to_owned(), "Okafor".to_owned())));
    }
}
