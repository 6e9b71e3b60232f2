//! Query plans use the tenant as an index condition, so the cost of a request does not depend on the number of companies.

use domain::{EmployeeQuery, EmployeeSort, Role, SortColumn};
use store::{Store, search_words};

use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

/// The number of companies. Each is a small part of every table, as in production.
const COMPANIES: usize = 16;
const PEOPLE: usize = 2_000;

/// Checks the generic plan, which PostgreSQL uses, and the custom plans that it would make for the given values.
#[test]
fn lists_and_searches_enter_every_index_with_the_tenant() {
    with_stack(async |stack| {
        stack.make_database("plans").await;
        let store = stack.store_as("watertight_app", "plans").await;
        let acme = Company::fresh(&store, PEOPLE).await;
        for _ in 1..COMPANIES {
            Company::fresh(&store, PEOPLE).await;
        }
        stack.superuser("plans").await.run("vacuum analyze").await;
        for for_all_values in [true, false] {
            every_plan(&store, &acme, for_all_values).await;
        }
    });
}

async fn every_plan(store: &Store, acme: &Company, for_all_values: bool) {
    let sorts = SortColumn::ALL.map(|column| EmployeeSort { column, ..EmployeeSort::default() });
    let mut queries: Vec<EmployeeQuery> =
        sorts.into_iter().map(|sort| EmployeeQuery { sort, limit: 50, ..everyone() }).collect();
    queries.push(EmployeeQuery { words: search_words("person19"), limit: 50, ..everyone() });
    queries.push(EmployeeQuery { words: search_words("anna gr"), limit: 50, ..everyone() });
    queries.push(EmployeeQuery {
        department: Some(acme.rows.departments[0].id),
        limit: 50,
        ..everyone()
    });
    for role in [Role::HrAdmin, Role::Manager] {
        let context = acme.as_role(role).await;
        for query in &queries {
            if query.sort.column.reveals().is_some_and(|field| !context.visibility().sees(field)) {
                continue;
            }
            let plan = store.explain_employees(&context, query, for_all_values).await;
            check(query, &plan.expect("a plan"));
            let next = store.list_employees(&context, query).await.expect("a page").next;
            if next.is_some() {
                let query = EmployeeQuery { cursor: next, ..query.clone() };
                let plan = store.explain_employees(&context, &query, for_all_values).await;
                check(&query, &plan.expect("a plan"));
            }
        }
    }
}

/// Checks that no large table is read completely, and that every index scan has the tenant as a condition. The departments and tallies of all companies fill a
/// page or two, so PostgreSQL may read them in any way.
fn check(query: &EmployeeQuery, plan: &[String]) {
    let text = plan.join("\n");
    let small = ["Seq Scan on department", "Seq Scan on employee_tally"];
    let large = small.iter().fold(text.clone(), |text, small| text.replace(small, ""));
    assert!(!large.contains("Seq Scan"), "{query}\n{text}");
    for (n, line) in plan.iter().enumerate() {
        let enters_index = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"]
            .iter()
            .any(|scan| line.contains(scan));
        if enters_index {
            let condition = plan.get(n + 1).map_or("", String::as_str);
            assert!(
                condition.contains("Index Cond: (") && condition.contains("tenant_id = "),
                "{query}\n{text}"
            );
        }
    }
    if !query.words.is_empty() {
        assert!(
            text.contains("employee_term_pkey") && text.contains("term >= "),
            "{query}\n{text}"
        );
    }
}
