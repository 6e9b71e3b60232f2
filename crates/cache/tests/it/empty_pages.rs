//! G13: a page without rows is not cached if a client may have made up the value it asked for.

use std::{collections::BTreeSet, convert::Infallible};

use cache::{Config, EmployeeList, Loaded};
use domain::{DepartmentId, EmployeeQuery, EmployeeSort, EmploymentStatus, PrintableText};
use uuid::Uuid;

use crate::{node::Node, private_redis::PrivateRedis};

fn everyone() -> EmployeeQuery {
    EmployeeQuery {
        words: Vec::new(),
        department: None,
        location: None,
        statuses: BTreeSet::from([EmploymentStatus::Active]),
        sort: EmployeeSort::default(),
        limit: 50,
        cursor: None,
    }
}

/// How many loads from the database two requests for this page cause.
async fn loads(node: &Node, query: &EmployeeQuery, rows: &[Uuid]) -> u64 {
    let before = node.database.loads();
    let state = node.cache.state(node.viewer.tenant()).await.expect("Redis answers");
    for _ in 0..2 {
        let (database, rows) = (node.database.clone(), rows.to_vec());
        let load =
            || async move { Ok::<_, Infallible>(Some(Loaded { value: database.load(), rows })) };
        let cache = node.cache.for_tenant(&node.viewer, &state, "request");
        cache.get_or_load(&EmployeeList(query), load).await.expect("a body").expect("one");
    }
    node.database.loads() - before
}

/// G13: pages for departments, locations and words without a match are loaded each time. A page with rows, and an empty page without such a value, are
/// loaded once.
#[tokio::test]
async fn an_empty_page_for_an_unknown_value_is_not_cached() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    let nowhere = PrintableText::parse("Nowhere", 100).expect("printable text");
    let made_up = [
        EmployeeQuery { words: vec!["zzzz".to_owned()], ..everyone() },
        EmployeeQuery { location: Some(nowhere), ..everyone() },
        EmployeeQuery {
            department: Some(DepartmentId::from_uuid(Uuid::from_u128(1))),
            ..everyone()
        },
    ];
    for query in made_up {
        assert_eq!(loads(&node, &query, &[]).await, 2, "{query}");
        assert_eq!(loads(&node, &query, &[Uuid::nil()]).await, 1, "{query}: with a row");
    }
    assert_eq!(loads(&node, &everyone(), &[]).await, 1);
}
