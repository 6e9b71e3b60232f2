//! Many users of several companies at once. Every reply is searched for foreign canaries as it is read.

use std::time::Instant;

use api_types::paths;
use domain::Role;
use e2e::{Actor, Canary, Company, Stack};
use futures_util::{StreamExt, stream};
use reqwest::Method;

/// Requests that one run sends.
const REQUESTS: usize = 4_000;
/// How many requests are under way at a time.
const AT_ONCE: usize = 48;

/// The request with this number: for data of the user's own company, or of another.
fn nth_request(index: usize, of: &Company, others: &[Company]) -> (Method, String) {
    let foreign = &others[index % others.len()].roster;
    let path = match index % 9 {
        0 => paths::EMPLOYEES.to_owned(),
        1 => format!("{}?limit={}", paths::EMPLOYEES, 1 + index % 50),
        2 => format!("{}?sort=-number&limit=10", paths::EMPLOYEES),
        3 => format!("{}?q=a", paths::EMPLOYEES),
        4 => paths::DEPARTMENTS.to_owned(),
        5 => paths::employee(of.roster.employees[index % 50].id),
        6 => paths::employee(foreign.employees[index % 50].id),
        7 => format!("{}?department={}", paths::EMPLOYEES, foreign.departments[0].id),
        _ => paths::SESSION.to_owned(),
    };
    (if index.is_multiple_of(11) { Method::HEAD } else { Method::GET }, path)
}

/// I1, P8: thousands of mixed requests of three companies and four roles on two nodes, many at a time: no reply contains a canary of another company, and none
/// is a 5xx. With 0 foreign replies of N, the rate is at most 3/N. The positive control is `incident::as_it_happened`, where the same check finds the leak at
/// the second request.
#[tokio::test]
async fn three_tenants_at_once_never_see_each_other() {
    let stack = Stack::get().await;
    let (companies, second) = (Company::trio(stack).await, stack.second_node().await);
    let mut people: Vec<(usize, Actor)> = Vec::new();
    for (index, company) in companies.iter().enumerate() {
        for role in Role::ALL {
            let actor = company.actor(role).await;
            people.push((index, actor.clone().on(&second)));
            people.push((index, actor));
        }
    }
    let begun = Instant::now();
    let asking = (0..REQUESTS).map(|index| {
        // Consecutive requests come from different companies, so that companies share every shared resource.
        let (company, actor) = &people[(index * 7 + index / people.len()) % people.len()];
        let (method, path) = nth_request(index / 3, &companies[*company], &companies);
        let nodes = [&stack.server, &second];
        async move {
            let reply = actor.request(method.clone(), &path).with_retry().send().await;
            let id = reply.header("x-request-id").unwrap_or("no id");
            let logged = || nodes.map(|node| node.lines_with(id)).concat();
            assert!(
                matches!(reply.status, 200 | 404),
                "{method} {path}: {}\n{}",
                reply.text(),
                logged()
            );
            reply.body.len()
        }
    });
    let bytes: usize = stream::iter(asking)
        .buffer_unordered(AT_ONCE)
        .fold(0, async |sum, length| sum + length)
        .await;
    println!("{REQUESTS} requests, {bytes} bytes, {:?}, 0 foreign", begun.elapsed());
    assert!(bytes > REQUESTS * 100, "the replies were almost empty: nothing was checked");
}

/// The check itself works: it finds another company's canary in a body.
#[test]
fn the_check_for_foreign_canaries_finds_one() {
    let [own, foreign] = [Canary::fresh(), Canary::fresh()];
    let body = format!("{{\"items\":[{{\"first_name\":\"Amara {foreign}\"}}]}}");
    assert!(Canary::all_in(&body).iter().any(|canary| *canary != own));
}
