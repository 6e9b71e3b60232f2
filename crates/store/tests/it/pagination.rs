//! Pagination: going through all pages forward and backward returns every row once, in every order.

use domain::{
    Cursor, Direction, EmployeeId, EmployeeQuery, EmployeeSort, EmploymentStatus, Role, SortColumn,
    SortKey,
};
use store::{EmployeePage, Error, Store};
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

const PEOPLE: usize = 60;

fn ids(page: &EmployeePage) -> Vec<EmployeeId> {
    page.rows.iter().map(|row| row.id).collect()
}

/// All pages from the first one on, following `next`.
async fn forwards(
    store: &Store,
    context: &TenantContext,
    query: &EmployeeQuery,
) -> Vec<EmployeePage> {
    let (mut pages, mut query) = (Vec::new(), query.clone());
    loop {
        let page = store.list_employees(context, &query).await.expect("a page");
        query.cursor.clone_from(&page.next);
        pages.push(page);
        if query.cursor.is_none() {
            return pages;
        }
    }
}

/// All pages from the last one back, following `prev`.
async fn backwards(
    store: &Store,
    context: &TenantContext,
    query: &EmployeeQuery,
    last: &EmployeePage,
) -> Vec<EmployeePage> {
    let mut pages = vec![last.clone()];
    let mut query = EmployeeQuery { cursor: last.prev.clone(), ..query.clone() };
    while query.cursor.is_some() {
        let page = store.list_employees(context, &query).await.expect("a page");
        query.cursor.clone_from(&page.prev);
        pages.push(page);
    }
    pages.reverse();
    pages
}

/// P2, P8: in every order that the viewer may request.
#[test]
fn every_role_gets_every_row_once_in_every_order_and_direction() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        for role in Role::ALL {
            let context = acme.as_role(role).await;
            for column in SortColumn::ALL {
                if column.reveals().is_some_and(|field| !context.visibility().sees(field)) {
                    continue;
                }
                for direction in [Direction::Ascending, Direction::Descending] {
                    let sort = EmployeeSort { column, direction };
                    walk(&store, &context, &EmployeeQuery { sort, limit: 7, ..everyone() }).await;
                }
            }
        }
    });
}

async fn walk(store: &Store, context: &TenantContext, query: &EmployeeQuery) {
    let whole = store
        .list_employees(context, &EmployeeQuery { limit: 200, ..query.clone() })
        .await
        .expect("a page");
    assert!(whole.next.is_none() && whole.prev.is_none());
    let there = forwards(store, context, query).await;
    assert_eq!(
        there.iter().flat_map(ids).collect::<Vec<_>>(),
        ids(&whole),
        "{} forward",
        query.sort
    );
    let back = backwards(store, context, query, there.last().expect("a page")).await;
    assert_eq!(back, there, "{}: pages are the same in both directions", query.sort);
    for (n, page) in there.iter().enumerate() {
        assert_eq!((page.before, page.total), (n as u64 * 7, whole.total), "{}", query.sort);
    }
}

/// P2: rows are in the correct order.
#[test]
fn names_sort_by_folded_last_name_and_then_first_name() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, PEOPLE).await;
        let context = acme.as_role(Role::Auditor).await;
        let page = store.list_employees(&context, &everyone()).await.expect("a list");
        let key = |last: &str, first: &str| (store::fold(last), store::fold(first));
        let keys: Vec<_> =
            page.rows.iter().map(|row| key(&row.last_name, &row.first_name)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert!(
            page.rows[0].last_name.starts_with("Berg")
                && page.rows[PEOPLE - 1].last_name.starts_with("Wójcik")
        );
    });
}

/// P2: a page stays the same while rows before it are added and removed.
#[test]
fn added_and_removed_rows_neither_repeat_nor_skip_others() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 20).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let query =
            EmployeeQuery { sort: "number".parse().expect("a sort"), limit: 5, ..everyone() };
        let first = store.list_employees(&context, &query).await.expect("a page");
        let mut superuser = stack.superuser("watertight").await;
        let leave = async |superuser: &mut crate::stack::Superuser, from: i32, to: i32| {
            let sql = format!(
                "update employee set status = 'terminated'
                  where tenant_id = '{}' and number between {from} and {to}",
                acme.tenant
            );
            superuser.run(&sql).await;
        };
        let employed = EmployeeQuery {
            statuses: [
                EmploymentStatus::Active,
                EmploymentStatus::OnLeave,
                EmploymentStatus::Starting,
            ]
            .into(),
            ..query.clone()
        };
        leave(&mut superuser, 1003, 1005).await;
        let query = EmployeeQuery { cursor: first.next, ..employed.clone() };
        let second = store.list_employees(&context, &query).await.expect("a page");
        assert_eq!(second.rows.first().map(|row| row.number.get()), Some(1006));

        // All rows after the cursor are gone: the page is empty, and its `prev` still leads to the remaining rows.
        leave(&mut superuser, 1005, 1019).await;
        let empty = store.list_employees(&context, &query).await.expect("a page");
        assert!(empty.rows.is_empty() && empty.next.is_none());
        let query = EmployeeQuery { cursor: empty.prev, ..employed.clone() };
        let back = store.list_employees(&context, &query).await.expect("a page");
        assert_eq!(
            back.rows.iter().map(|row| row.number.get()).collect::<Vec<_>>(),
            [1000, 1001, 1002]
        );
        assert_eq!((back.before, back.prev), (0, None));
    });
}

/// P2: a cursor that is forged or was made for another order is refused.
#[test]
fn a_cursor_of_another_order_is_refused() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 5).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let text = |key: &str| SortKey::Text(key.parse().expect("a sort key"));
        let by = |sort: &str| sort.parse::<EmployeeSort>().expect("a sort");
        let day = chrono::NaiveDate::from_ymd_opt(2020, 2, 29).expect("a day");
        for (sort, of, key) in [
            ("name", "number", SortKey::Integer(1)),
            ("name", "-name", text("a")),
            ("name", "name", SortKey::Integer(1)),
            ("number", "number", SortKey::Date(day)),
            ("started_on", "started_on", text("2020-02-29")),
        ] {
            let id = EmployeeId::from_uuid(Uuid::nil());
            let cursor = Some(Cursor { sort: by(of), key, id, backwards: false, before: 0 });
            let page = store
                .list_employees(&context, &EmployeeQuery { sort: by(sort), cursor, ..everyone() })
                .await;
            assert!(matches!(page, Err(Error::InvalidCursor)), "{sort} {of}: {page:?}");
        }
    });
}

/// I4: a cursor contains a position and grants no access: another company's cursor gives own rows.
#[test]
fn a_cursor_of_another_tenant_gives_own_rows() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::pair(&store, 20).await;
        let query = EmployeeQuery { limit: 5, ..everyone() };
        let admin = betaco.as_role(Role::HrAdmin).await;
        let cursor = store.list_employees(&admin, &query).await.expect("a page").next;
        let query = EmployeeQuery { cursor, ..query };
        let page =
            store.list_employees(&acme.as_role(Role::HrAdmin).await, &query).await.expect("a page");
        assert!(page.rows.iter().all(|row| row.last_name.contains(&acme.canary)));
        assert_eq!(page.total, 20);
    });
}
