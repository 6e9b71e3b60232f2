//! The directory's state as the URL holds it. The page and the API spell it alike, so that one type serves both.

use api_types::EmployeeListQuery;
use domain::{Direction, EmployeeSort, EmploymentStatus, SortColumn};
use form_urlencoded::Serializer;

/// Reads what follows the `?`. Names we do not know are left alone: the address may carry somebody's campaign.
pub(super) fn from_search(search: &str) -> EmployeeListQuery {
    let mut query = EmployeeListQuery::default();
    for (name, value) in form_urlencoded::parse(search.as_bytes()) {
        let field = match &*name {
            "q" => &mut query.q,
            "department" => &mut query.department,
            "location" => &mut query.location,
            "status" => &mut query.status,
            "sort" => &mut query.sort,
            "limit" => &mut query.limit,
            "cursor" => &mut query.cursor,
            _ => continue,
        };
        *field = Some(value.into_owned()).filter(|value| !value.is_empty());
    }
    query
}

/// `path` with the query behind it, shortest form.
pub(super) fn address(path: &str, query: &EmployeeListQuery) -> String {
    let EmployeeListQuery { q, department, location, status, sort, limit, cursor } = query;
    let mut search = Serializer::new(String::new());
    for (name, value) in [
        ("q", q),
        ("department", department),
        ("location", location),
        ("status", status),
        ("sort", sort),
        ("limit", limit),
        ("cursor", cursor),
    ] {
        if let Some(value) = value {
            search.append_pair(name, value);
        }
    }
    let search = search.finish();
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// Whether fewer people may be shown than there are.
pub(super) fn is_narrowed(query: &EmployeeListQuery) -> bool {
    query.q.is_some()
        || query.department.is_some()
        || query.location.is_some()
        || query.status.is_some()
}

/// The order that is shown; one we cannot read is answered by the API.
pub(super) fn sort(query: &EmployeeListQuery) -> EmployeeSort {
    query.sort.as_deref().and_then(|sort| sort.parse().ok()).unwrap_or_default()
}

/// Sorts by `column`; the other way round if it is sorted by that already.
pub(super) fn sorted_by(query: &EmployeeListQuery, column: SortColumn) -> EmployeeSort {
    let now = sort(query);
    let direction = if now.column == column && now.direction == Direction::Ascending {
        Direction::Descending
    } else {
        Direction::Ascending
    };
    EmployeeSort { column, direction }
}

/// Writes the order, or nothing for the one that needs no saying.
pub(super) fn set_sort(query: &mut EmployeeListQuery, sort: EmployeeSort) {
    query.sort = (sort != EmployeeSort::default()).then(|| sort.to_string());
}

/// Everyone who has not left.
pub(super) const CURRENT: [EmploymentStatus; 3] =
    [EmploymentStatus::Active, EmploymentStatus::OnLeave, EmploymentStatus::Starting];

/// The statuses that are shown, in the order people read them.
pub(super) fn statuses(query: &EmployeeListQuery) -> Vec<EmploymentStatus> {
    match &query.status {
        None => CURRENT.to_vec(),
        Some(words) => EmploymentStatus::ALL
            .into_iter()
            .filter(|status| words.split(',').any(|word| word.trim() == status.as_str()))
            .collect(),
    }
}

/// Shows these statuses. None at all would show nobody, so it means everyone who has not left.
pub(super) fn set_statuses(query: &mut EmployeeListQuery, statuses: &[EmploymentStatus]) {
    let shown = EmploymentStatus::ALL
        .into_iter()
        .filter(|status| statuses.contains(status))
        .collect::<Vec<_>>();
    let words = shown.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(",");
    query.status = (!shown.is_empty() && shown != CURRENT).then_some(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P2: a deep link reproduces the view.
    #[test]
    fn an_address_reads_back_as_the_query_it_was_written_from() {
        let query = EmployeeListQuery {
            q: Some("100% & más".into()),
            department: Some("0198c0de-0000-7000-8000-000000000001".into()),
            location: Some("São Paulo".into()),
            status: Some("active,on_leave".into()),
            sort: Some("-started_on".into()),
            limit: Some("20".into()),
            cursor: Some("AbC-_=".into()),
        };
        let address = address("/people", &query);
        assert_eq!(address.split_once('?').map(|(_, search)| from_search(search)), Some(query));
    }

    #[test]
    fn nothing_said_is_nothing_written() {
        assert_eq!(address("/people", &EmployeeListQuery::default()), "/people");
        assert_eq!(from_search("q=&utm_source=mail"), EmployeeListQuery::default());
    }

    #[test]
    fn a_second_click_on_a_column_turns_the_order_round() {
        let mut query = EmployeeListQuery::default();
        assert_eq!(sorted_by(&query, SortColumn::Name).to_string(), "-name");
        let by_number = sorted_by(&query, SortColumn::Number);
        set_sort(&mut query, by_number);
        assert_eq!(query.sort.as_deref(), Some("number"));
        assert_eq!(sorted_by(&query, SortColumn::Number).to_string(), "-number");
        set_sort(&mut query, EmployeeSort::default());
        assert_eq!(query.sort, None);
    }

    #[test]
    fn the_usual_statuses_need_no_saying() {
        let mut query = EmployeeListQuery::default();
        set_statuses(&mut query, &CURRENT);
        assert_eq!(query.status, None);
        set_statuses(&mut query, &[EmploymentStatus::OnLeave, EmploymentStatus::Active]);
        assert_eq!(query.status.as_deref(), Some("active,on_leave"));
        assert_eq!(statuses(&query).len(), 2);
        set_statuses(&mut query, &[]);
        assert_eq!(statuses(&query), CURRENT);
    }
}
