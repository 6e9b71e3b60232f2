//! Parses the query parameters of the directory.

use std::{collections::BTreeSet, fmt, str::FromStr};

use api_types::{Code, DEFAULT_PAGE_SIZE, EmployeeListQuery, MAX_PAGE_SIZE};
use domain::{EmployeeQuery, EmployeeSort, EmploymentStatus, PrintableText, Visibility};

use crate::{error::ApiError, extract::Parameters, resources::employees::cursor::Cursors};

/// The longest search, in characters.
const LONGEST_SEARCH: usize = 100;
/// The most words in a search.
const MOST_WORDS: usize = 8;
/// The longest name of a location, in characters.
const LONGEST_LOCATION: usize = 100;

/// The parameters that a directory query may have.
const KNOWN: [&str; 7] = ["q", "department", "location", "status", "sort", "limit", "cursor"];

/// Reads the parameters of a directory query, still as text.
///
/// # Errors
/// `invalid_field` for a parameter that is not known or was sent more than once.
pub(crate) fn read(parameters: &Parameters) -> Result<EmployeeListQuery, ApiError> {
    let wrong = |detail| Err(ApiError::with_detail(Code::InvalidField, detail));
    for name in parameters.names() {
        if !KNOWN.contains(&name) {
            let known = KNOWN.map(|name| format!("`{name}`")).join(", ");
            return wrong(format!("Unknown parameter `{name}`: expected one of {known}."));
        }
        if parameters.is_repeated(name) {
            return wrong(format!("Repeated parameter `{name}`: send it once."));
        }
    }
    let text = |name| parameters.get(name).map(str::to_owned);
    Ok(EmployeeListQuery {
        q: text("q"),
        department: text("department"),
        location: text("location"),
        status: text("status"),
        sort: text("sort"),
        limit: text("limit"),
        cursor: text("cursor"),
    })
}

/// Parses a query for the viewer of these cursors.
pub(crate) fn parse(
    asked: EmployeeListQuery,
    cursors: &Cursors,
) -> Result<EmployeeQuery, ApiError> {
    let mut query = EmployeeQuery {
        words: words(asked.q.as_deref().unwrap_or_default())?,
        department: optional(
            "department",
            asked.department.as_deref(),
            "expected the UUID of a department",
        )?,
        location: location(asked.location)?,
        statuses: statuses(asked.status.as_deref())?,
        sort: sort(asked.sort.as_deref(), cursors.visibility())?,
        limit: limit(asked.limit.as_deref())?,
        cursor: None,
    };
    if let Some(text) = given(asked.cursor.as_deref()) {
        let cursor = cursors.decode(&query, text);
        query.cursor = Some(cursor.ok_or_else(|| ApiError::new(Code::InvalidCursor))?);
    }
    Ok(query)
}

fn sort(asked: Option<&str>, viewer: Visibility) -> Result<EmployeeSort, ApiError> {
    let Some(text) = given(asked) else { return Ok(EmployeeSort::default()) };
    let sort: EmployeeSort = text.parse().map_err(|error| ApiError::invalid("sort", error))?;
    match sort.column.reveals() {
        Some(field) if !viewer.sees(field) => {
            let detail =
                format!("You may not see `{}`, so you cannot sort by it.", sort.column.as_str());
            Err(ApiError::with_detail(Code::Forbidden, detail))
        }
        _ => Ok(sort),
    }
}

fn words(search: &str) -> Result<Vec<String>, ApiError> {
    if search.chars().count() > LONGEST_SEARCH {
        return Err(ApiError::invalid(
            "q",
            format_args!("the search is too long: expected at most {LONGEST_SEARCH} characters"),
        ));
    }
    let words = store::search_words(search);
    if words.len() > MOST_WORDS {
        return Err(ApiError::invalid(
            "q",
            format_args!("the search has too many words: expected at most {MOST_WORDS}"),
        ));
    }
    Ok(words)
}

fn location(asked: Option<String>) -> Result<Option<PrintableText>, ApiError> {
    let Some(name) = asked.filter(|name| !name.is_empty()) else { return Ok(None) };
    if name.chars().count() > LONGEST_LOCATION {
        return Err(ApiError::invalid(
            "location",
            format_args!("the name is too long: expected at most {LONGEST_LOCATION} characters"),
        ));
    }
    let name = PrintableText::parse(&name, 4 * LONGEST_LOCATION);
    name.map(Some).map_err(|error| ApiError::invalid("location", error))
}

/// Parses the statuses; by default all but `terminated`.
fn statuses(asked: Option<&str>) -> Result<BTreeSet<EmploymentStatus>, ApiError> {
    let Some(text) = given(asked) else {
        return Ok(EmploymentStatus::ALL
            .into_iter()
            .filter(|status| *status != EmploymentStatus::Terminated)
            .collect());
    };
    text.split(',')
        .map(|word| word.parse().map_err(|error| ApiError::invalid("status", error)))
        .collect()
}

fn limit(asked: Option<&str>) -> Result<u32, ApiError> {
    let range = format!("expected a whole number from 1 to {MAX_PAGE_SIZE}");
    let limit = optional("limit", asked, &range)?.unwrap_or(DEFAULT_PAGE_SIZE);
    if (1..=MAX_PAGE_SIZE).contains(&limit) {
        Ok(limit)
    } else {
        Err(ApiError::invalid("limit", format_args!("the number is out of range: {range}")))
    }
}

fn optional<T: FromStr>(
    name: &str,
    asked: Option<&str>,
    allowed: impl fmt::Display,
) -> Result<Option<T>, ApiError> {
    given(asked).map(|text| text.parse().map_err(|_| ApiError::invalid(name, allowed))).transpose()
}

/// Treats an empty parameter as one that was not sent, because forms send empty ones.
fn given(asked: Option<&str>) -> Option<&str> {
    asked.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use domain::{EmployeeId, Role, TenantId};
    use seal::{RootKey, Seals};
    use uuid::Uuid;

    use super::*;

    fn ask(query: &str, role: Role) -> Result<EmployeeQuery, ApiError> {
        let asked = read(&Parameters::parse(query.as_bytes()).unwrap())?;
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let visibility = Visibility::of(role, Some(EmployeeId::from_uuid(Uuid::nil())));
        parse(asked, &Cursors::new(seals, TenantId::from_uuid(Uuid::nil()), visibility))
    }

    #[test]
    fn the_default_query_lists_current_employees_by_name() {
        let query = ask("", Role::HrAdmin).unwrap();
        assert_eq!(
            query,
            ask("q=&status=&sort=&cursor=&limit=&location=&department=", Role::HrAdmin).unwrap()
        );
        assert!(
            !query.statuses.contains(&EmploymentStatus::Terminated) && query.statuses.len() == 3
        );
        assert_eq!((query.sort, query.limit), (EmployeeSort::default(), 50));
    }

    #[test]
    fn bad_values_are_refused_with_the_name_of_the_parameter() {
        let long = format!("q={}", "a".repeat(101));
        for query in
            ["limit=0", "limit=201", "limit=x", "sort=age", "department=1", "status=gone", &long]
        {
            let problem = ask(query, Role::HrAdmin).unwrap_err().problem("");
            assert_eq!(problem.code, Code::InvalidField, "{query}");
            assert!(
                problem.detail.contains(query.split('=').next().unwrap()),
                "{}",
                problem.detail
            );
        }
        assert_eq!(
            ask("cursor=x", Role::HrAdmin).unwrap_err().problem("").code,
            Code::InvalidCursor
        );
    }

    #[test]
    fn a_malformed_value_and_one_that_is_too_large_have_different_texts() {
        let (search, place) = ("a".repeat(101), "b".repeat(101));
        for (query, said) in [
            ("limit=x", "Invalid `limit`: expected a whole number from 1 to 200."),
            ("limit=201", "Invalid `limit`: the number is out of range: "),
            (&format!("q={search}"), "Invalid `q`: the search is too long: "),
            ("q=a+b+c+d+e+f+g+h+i", "Invalid `q`: the search has too many words: "),
            (&format!("location={place}"), "Invalid `location`: the name is too long: "),
            ("location=a%00", "Invalid `location`: the text contains a control character: "),
        ] {
            let error = ask(query, Role::HrAdmin).unwrap_err();
            assert!(error.detail().starts_with(said), "{query}: {}", error.detail());
        }
    }

    #[test]
    fn an_unknown_or_repeated_parameter_is_refused_by_name() {
        for (query, name) in [("page=2", "page"), ("q=a&limit=1&limit=1", "limit"), ("Q=a", "Q")] {
            let problem = ask(query, Role::HrAdmin).unwrap_err().problem("");
            assert_eq!(problem.code, Code::InvalidField, "{query}");
            assert!(problem.detail.contains(&format!("`{name}`")), "{}", problem.detail);
        }
    }

    /// P8: only an HR admin may sort by salary; the order alone would reveal who earns more.
    #[test]
    fn sorting_by_salary_is_forbidden_to_roles_that_see_no_salaries() {
        assert!(ask("sort=-salary", Role::HrAdmin).is_ok());
        for role in [Role::Manager, Role::Employee, Role::Auditor] {
            assert_eq!(ask("sort=salary", role).unwrap_err().problem("").code, Code::Forbidden);
        }
    }
}
