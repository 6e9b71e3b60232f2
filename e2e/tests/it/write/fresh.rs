//! P4, I5: once a write has been answered, no node shows older data.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use api_types::{EmployeeRow, Page, paths};
use domain::EmployeeId;
use e2e::{Actor, Company, Stack};
use futures_util::future::join_all;
use serde_json::json;

use super::{create, departments, edit, find, new_employee, rename, terminate};

async fn list(actor: &Actor, query: &str) -> Page<EmployeeRow> {
    actor.get(&format!("{}?limit=200&{query}", paths::EMPLOYEES)).expect(200).await.json()
}

/// Every node and path that shows the employee, with the ETag.
async fn etags(nodes: &[Actor], id: EmployeeId) -> Vec<(Actor, String, String)> {
    let mut etags = Vec::new();
    for actor in nodes {
        for path in [
            paths::EMPLOYEES.to_owned(),
            format!("{}?limit=200&sort=-number", paths::EMPLOYEES),
            paths::employee(id),
            paths::DEPARTMENTS.to_owned(),
        ] {
            let etag = actor.get(&path).expect(200).await.etag();
            actor.get(&path).header("if-none-match", &etag).expect(304).await;
            etags.push((actor.clone(), path, etag));
        }
    }
    etags
}

/// P4: list, search, employee page, counts and departments show a write on every node as soon as it has been answered, and old ETags no longer match.
#[tokio::test]
async fn an_answered_write_is_visible_on_every_node() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let here = acme.hr_admin().await;
    let nodes = [here.clone(), here.clone().on(&second)];
    let id = acme.roster.employees[20].id;
    let known = etags(&nodes, id).await;
    let before = list(&here, "").await.total;

    let new: api_types::EmployeeView =
        create(&nodes[1], &new_employee(&acme, "Neu")).expect(201).await.json();
    for actor in &nodes {
        assert_eq!(list(actor, "").await.total, before + 1);
        assert_eq!(list(actor, "q=neu").await.items[0].id, new.row.id);
        assert_eq!(find(actor, new.row.id).await, new);
        let heads: u64 = departments(actor).await.iter().map(|one| one.headcount).sum();
        assert_eq!(heads, before + 1);
    }
    let change = json!({"last_name": format!("Aachen {}", acme.canary)});
    edit(&nodes[0], id, 1, &change).expect(200).await;
    for actor in &nodes {
        assert_eq!(list(actor, "q=aachen").await.total, 1);
        assert_eq!(list(actor, "sort=name").await.items[0].id, id);
    }
    let old = departments(&here).await.remove(0);
    rename(&nodes[1], &old, &format!("Aardvarks {}", acme.canary)).expect(200).await;
    for actor in &nodes {
        assert!(departments(actor).await[0].name.starts_with("Aardvarks"));
        assert!(
            list(actor, "sort=department").await.items[0].department.name.starts_with("Aardvarks")
        );
    }
    for (actor, path, etag) in known {
        // By default the list shows only the first fifty employees, so it may not contain the change. Every other body does.
        let reply = actor.get(&path).header("if-none-match", &etag).send().await;
        assert!(reply.status == 200 || path == paths::EMPLOYEES, "{path} still has its old ETag");
    }
    terminate(&nodes[0], new.row.id, 1).expect(200).await;
    for actor in &nodes {
        assert_eq!(list(actor, "").await.total, before);
        assert_eq!(list(actor, "q=neu").await.total, 0);
        assert_eq!(list(actor, "q=neu&status=terminated").await.total, 1);
    }
}

/// P4, I5: while a client writes, readers on two nodes never see an older version after a newer one was acknowledged.
#[tokio::test]
async fn readers_never_see_an_older_version_than_acknowledged() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let here = acme.hr_admin().await;
    let nodes = [here.clone(), here.clone().on(&second)];
    let id = acme.roster.employees[20].id;
    let number = acme.roster.employees[20].number;
    let (acknowledged, done) = (AtomicI64::new(1), AtomicBool::new(false));
    let writing = async {
        for now in 1..40_i64 {
            let change = json!({"position": format!("Title {now}")});
            edit(&nodes[usize::from(now % 2 == 0)], id, now, &change).expect(200).await;
            acknowledged.store(now + 1, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
    };
    let reading = join_all((0..6).map(|reader: usize| {
        let (actor, acknowledged, done) = (&nodes[reader % 2], &acknowledged, &done);
        async move {
            let mut reads = 0;
            while !done.load(Ordering::SeqCst) {
                let known = acknowledged.load(Ordering::SeqCst);
                let seen = if reader < 4 {
                    find(actor, id).await.version.get()
                } else {
                    let page = list(actor, &format!("q={number}")).await;
                    let title =
                        page.items[0].position.strip_prefix("Title ").map(str::parse::<i64>);
                    title.map_or(1, |title| title.unwrap() + 1)
                };
                assert!(seen >= known, "version {seen} after {known} was acknowledged");
                reads += 1;
            }
            reads
        }
    }));
    let ((), reads) = tokio::join!(writing, reading);
    assert!(reads.iter().sum::<i32>() > 40, "too few reads: {reads:?}");
}
