//! `ListUsers`: all accounts, page by page and ordered by id, or the one account that a filter names.

use domain::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Person;

use super::{Reply, admin::Admin, call::Call, exception::Exception, user};

/// The most accounts on a page, and the number without `Limit`, as at Cognito.
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

/// Lists accounts. The pagination token is the id of the last account on the page. It grants no access and finds no account of another company.
pub(super) async fn list_users(call: &Call<'_>, admin: &Admin) -> Reply {
    let List { limit, pagination_token, filter, attributes_to_get } = call.read()?;
    let limit = limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(Exception::invalid("Limit must be a number from 1 to 60."));
    }
    if attributes_to_get.as_ref().is_some_and(|names| names.len() > MOST_NAMES) {
        return Err(Exception::invalid("AttributesToGet can have at most 32 names."));
    }
    let after = pagination_token.map(|token| token.parse::<AccountId>()).transpose();
    let after = after
        .map_err(|_| Exception::invalid("PaginationToken must be one that ListUsers returned."))?;
    let filter = filter.filter(|filter| !filter.is_empty());
    let (people, next) = match filter.as_deref() {
        Some(filter) => (find_by_filter(call, admin, filter).await?, None),
        None => page(call, admin, after, limit).await?,
    };
    let describe = |person: &Person| {
        let mut described = user::described(person, admin.tenant(), "Attributes");
        if let (Some(wanted), Some(all)) =
            (&attributes_to_get, described["Attributes"].as_array_mut())
        {
            all.retain(|attribute| wanted.iter().any(|name| attribute["Name"] == name.as_str()));
        }
        described
    };
    let mut reply = json!({ "Users": people.iter().map(describe).collect::<Value>() });
    if let Some(next) = next {
        reply["PaginationToken"] = next.to_string().into();
    }
    Ok(reply)
}

/// A page, and the id to continue after if there is a next page.
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
    people.retain(|person| call.api.idp.may_use_account(person.demo));
    Ok((people, next))
}

/// The account that a filter names: a list of one or none.
async fn find_by_filter(
    call: &Call<'_>,
    admin: &Admin,
    filter: &str,
) -> Result<Vec<Person>, Exception> {
    let (name, value) = parse(filter).ok_or_else(|| {
        Exception::invalid("Filter must be `email`, `username` or `sub`, `=` and a quoted text.")
    })?;
    // An email address is never an id, so each attribute accepts only its own form.
    let fits = match name {
        "email" => value.contains('@'),
        "username" | "sub" => value.parse::<AccountId>().is_ok(),
        _ => {
            return Err(Exception::invalid(
                "Filter must be over email, username or sub, with `=` only.",
            ));
        }
    };
    let found = if fits { admin.find(call.api, &value).await? } else { None };
    Ok(found.into_iter().collect())
}

/// Parses `attribute = "value"`, with `\"` for a quote in the value.
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

    /// A filter by prefix (`^=`) is not read as a filter for the whole value.
    #[test]
    fn a_prefix_filter_is_not_read_as_an_equality_filter() {
        assert_eq!(
            parse("email ^= \"a\"").map(|(name, _)| name.to_owned()),
            Some("email ^".to_owned())
        );
    }
}
