//! The directory's state in the URL. The page and the API use the same parameter names, so that one type serves both.

use api_types::EmployeeListQuery;
use domain::{Direction, EmployeeSort, EmploymentStatus, SortColumn};
use form_urlencoded::Serializer;

/// Reads the part of the URL after the `?`. Unknown names are ignored: a link may contain a parameter for tracking, such as `utm_source`.
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

/// `path` followed by the query; fields without a value are left out.
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

/// Whether a search or a filter limits the list.
pub(super) fn is_narrowed(query: &EmployeeListQuery) -> bool {
    query.q.is_some()
        || query.department.is_some()
        || query.location.is_some()
        || query.status.is_some()
}

/// The order that is shown. An invalid `sort` counts as the default here, and the API refuses it.
pub(super) fn sort(query: &EmployeeListQuery) -> EmployeeSort {
    query.sort.as_deref().and_then(|sort| sort.parse().ok()).unwrap_or_default()
}

/// The order after a click on `column`: ascending, or descending if the list is sorted by it in ascending order.
pub(super) fn sorted_by(query: &EmployeeListQuery, column: SortColumn) -> EmployeeSort {
    let now = sort(query);
    let direction = if now.column == column && now.direction == Direction::Ascending {
        Direction::Descending
    } else {
        Direction::Ascending
    };
    EmployeeSort { column, direction }
}

/// Writes the order; the default order is left out.
pub(super) fn set_sort(query: &mut EmployeeListQuery, sort: EmployeeSort) {
    query.sort = (sort != EmployeeSort::default()).then(|| sort.to_string());
}

/// The statuses of all people who have not left; the default.
pub(super) const CURRENT: [EmploymentStatus; 3] =
    [EmploymentStatus::Active, EmploymentStatus::OnLeave, EmploymentStatus::Starting];

/// The statuses that are shown, in the order of the filter.
pub(super) fn statuses(query: &EmployeeListQuery) -> Vec<EmploymentStatus> {
    match &query.status {
        None => CURRENT.to_vec(),
        Some(words) => EmploymentStatus::ALL
            .into_iter()
            .filter(|status| words.split(',').any(|word| word.trim() == status.as_str()))
            .collect(),
    }
}

/// Shows these statuses. An empty selection would show no people, so it means [`CURRENT`].
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
    fn the_default_query_has_no_parameters() {
        assert_eq!(address("/people", &EmployeeListQuery::default()), "/people");
        assert_eq!(from_search("q=&utm_source=mail"), EmployeeListQuery::default());
    }

    #[test]
    fn a_second_click_on_a_column_reverses_the_order() {
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
    fn the_default_statuses_are_not_written_into_the_address() {
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
