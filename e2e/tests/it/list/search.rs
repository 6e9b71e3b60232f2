//! P2: searching the directory while the user types.

use super::{found, list};
use e2e::{Company, Stack};
use store::fold;

/// P2: each letter typed narrows the list, by the beginning of first name, last name, address or number; accents and capitals do not matter.
#[tokio::test]
async fn typing_narrows_the_list() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for (typed, word) in [
        ("amara", "amara"),
        ("AMARA", "amara"),
        ("ama", "ama"),
        ("łuk", "luk"),
        ("LUKASZ", "lukasz"),
        ("zoe", "zoe"),
        ("Zoë", "zoe"),
        ("ziel", "ziel"),
        ("o'neill", "o'neill"),
        ("anne-m", "anne-m"),
    ] {
        let begins =
            |text: &str| fold(text).split([' ', '\u{1f}']).any(|part| part.starts_with(word));
        let wanted = acme
            .roster
            .staff()
            .filter(|person| begins(&person.first_name) || begins(&person.last_name));
        let wanted: std::collections::BTreeSet<i64> =
            wanted.map(|person| person.number.get()).collect();
        let page = list(&admin, &format!("q={}&limit=200", encoded(typed))).await;
        assert!(
            !wanted.is_empty() && found(&page) == wanted,
            "{typed}: {:?} instead of {wanted:?}",
            found(&page)
        );
        assert_eq!(page.total, wanted.len() as u64);
    }
}

/// P2: every word must match, in any order, and a word may be a number or the beginning of an address.
#[tokio::test]
async fn every_word_must_match() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let person = acme.roster.staff().next().unwrap();
    let (first, last) =
        (person.first_name.split(' ').next().unwrap(), person.last_name.split(' ').next().unwrap());
    let all = [
        format!("{first} {last}"),
        format!("{last} {first}"),
        format!("  {last}   {first}  "),
        person.number.to_string(),
        format!("p{}.", person.number),
        person.email.to_string(),
    ];
    for typed in all {
        let page = list(&admin, &format!("q={}", encoded(&typed))).await;
        assert!(found(&page).contains(&person.number.get()), "{typed}");
    }
    for none in [
        format!("{first} nobody"),
        "zzzz".to_owned(),
        format!("{}x", person.number),
        "oka.for".to_owned(),
        "_mara".to_owned(),
    ] {
        assert_eq!(list(&admin, &format!("q={}", encoded(&none))).await.total, 0, "{none}");
    }
}

/// P2: characters with a meaning in SQL or in a cache key have none in a search.
#[tokio::test]
async fn special_characters_have_no_meaning_in_a_search() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let everyone = acme.roster.staff().count() as u64;
    for typed in [
        "%", "_", "*", "'", "\"", "\\", "';--", "(", ")", "[a-z]", ":", "{}", "\u{0}", "\u{202e}",
        "\u{1f}", "😀", "ﬁ", "İ", "ẞ", "..", "$1", "?", "&", "#",
    ] {
        let page = list(&admin, &format!("q={}", encoded(typed))).await;
        assert!(page.total == 0 || page.total == everyone || page.total < everyone, "{typed}");
        assert_eq!(page.items.len() as u64, page.total.min(50), "{typed}");
    }
}

/// Percent-encodes every byte except ASCII letters and digits.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect()
}
