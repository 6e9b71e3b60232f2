//! `ListUsers`: page by page in the order of the accounts' ids, or the one who has an address, a name or an id.

use domain::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Person;

use super::{Reply, admin::Admin, call::Call, exception::Exception, user};

/// The most on a page, and as many as there are if nothing is said, as at Cognito.
const MOST: u32 = 60;
/// The most names in `AttributesToGet`: each is compared with every attribute of every account on the page.
const MOST_NAMES: usize = 32;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    limit: Option<u32>,
    pagination_token: Option<String>,
    filter: Option<String>,
    attributes_to_get: Option<Vec<String>>,
}

/// Lists accounts. The token of a page is the id of its last account: it opens nothing and names nobody of another company.
pub(super) async fn list_users(call: &Call<'_>, admin: &Admin) -> Reply {
    let List { limit, pagination_token, filter, attributes_to_get } = call.read()?;
    let limit = limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(Exception::invalid("Limit is a number from 1 to 60."));
    }
    if attributes_to_get.as_ref().is_some_and(|names| names.len() > MOST_NAMES) {
        return Err(Exception::invalid("AttributesToGet has at most 32 names."));
    }
    let after = pagination_token.map(|token| token.parse::<AccountId>()).transpose();
    let after =
        after.map_err(|_| Exception::invalid("PaginationToken is not one that ListUsers gave."))?;
    let filter = filter.filter(|filter| !filter.is_empty());
    let (people, next) = match filter.as_deref() {
        Some(filter) => (found(call, admin, filter).await?, None),
        None => page(call, admin, after, limit).await?,
    };
    let shown = |person: &Person| {
        let mut shown = user::described(person, admin.tenant(), "Attributes");
        if let (Some(wanted), Some(all)) = (&attributes_to_get, shown["Attributes"].as_array_mut())
        {
            all.retain(|attribute| wanted.iter().any(|name| attribute["Name"] == name.as_str()));
        }
        shown
    };
    let mut reply = json!({ "Users": people.iter().map(shown).collect::<Value>() });
    if let Some(next) = next {
        reply["PaginationToken"] = next.to_string().into();
    }
    Ok(reply)
}

/// A page, and where the next one begins if there is one.
async fn page(
    call: &Call<'_>,
    admin: &Admin,
    after: Option<AccountId>,
    limit: u32,
) -> Result<(Vec<Person>, Option<AccountId>), Exception> {
    let mut people = call.api.store.list_people(&admin.context, after, limit + 1).await?;
    let more = people.len() > limit as usize;
    people.truncate(limit as usize);
    let next = people.last().filter(|_| more).map(|last| last.account);
    people.retain(|person| call.api.shows(person.demo));
    Ok((people, next))
}

/// The one whom a filter describes.
async fn found(call: &Call<'_>, admin: &Admin, filter: &str) -> Result<Vec<Person>, Exception> {
    let (name, value) = parse(filter).ok_or_else(|| {
        Exception::invalid("A filter is `email`, `username` or `sub`, `=` and a text in quotes.")
    })?;
    // An address is no id, and an id no address.
    let fits = match name {
        "email" => value.contains('@'),
        "username" | "sub" => value.parse::<AccountId>().is_ok(),
        _ => {
            return Err(Exception::invalid(
                "Filter is over email, username or sub, and with `=` only.",
            ));
        }
    };
    let found = if fits { admin.find(call.api, &value).await? } else { None };
    Ok(found.into_iter().collect())
}

/// `attribute = "value"`, with `\"` for a quote.
fn parse(filter: &str) -> Option<(&str, String)> {
    let (name, rest) = filter.split_once('=')?;
    let quoted = rest.trim().strip_prefix('"')?.strip_suffix('"')?;
    let mut value = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => value.push(letters.next()?),
            '"' => return None,
            other => value.push(other),
        }
    }
    Some((name.trim().trim_matches('"'), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_an_attribute_and_a_value() {
        let read = |filter| parse(filter).map(|(name, value)| (name.to_owned(), value));
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read("email = \"a@b\""), pair("email", "a@b"));
        assert_eq!(read("sub=\"x\""), pair("sub", "x"));
        assert_eq!(read("\"name\" = \"a\\\"b\""), pair("name", "a\"b"));
        for odd in ["", "email", "email = a", "email = \"a\" or \"b\"", "email = \"a\\\""] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    /// A prefix is not asked for in a way that would look for it as a whole.
    #[test]
    fn a_filter_by_prefix_is_no_attribute_of_ours() {
        assert_eq!(
            parse("email ^= \"a\"").map(|(name, _)| name.to_owned()),
            Some("email ^".to_owned())
        );
    }
}
