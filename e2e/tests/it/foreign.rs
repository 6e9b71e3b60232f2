//! I4 over HTTP: another company's id gets the same answer as an id that does not exist.

use api_types::{Code, EmployeeRow, Page, paths};
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Reply, Stack};
use reqwest::Method;
use uuid::Uuid;

/// The parts of a reply that could tell two "not found" apart.
fn comparable_parts(reply: &Reply) -> (u16, String, Vec<String>) {
    let problem = reply.problem(Code::NotFound);
    let mut headers: Vec<String> =
        reply.headers.keys().map(|name| name.as_str().to_owned()).collect();
    headers.sort();
    (reply.status, reply.text().replace(&problem.request_id, "…"), headers)
}

async fn not_found(actor: &Actor, id: EmployeeId) -> (u16, String, Vec<String>) {
    comparable_parts(&actor.get(&paths::employee(id)).expect(404).await)
}

/// I4: a foreign id and an unknown id get the same status, the same words and the same headers, for every role, before and after the owner has read it.
#[tokio::test]
async fn a_foreign_id_is_answered_like_an_unknown_id() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let owner = betaco.hr_admin().await;
    let foreign = betaco.roster.employee();
    for role in Role::ALL {
        let actor = acme.actor(role).await;
        let unknown = not_found(&actor, EmployeeId::from_uuid(Uuid::new_v4())).await;
        assert_eq!(not_found(&actor, foreign).await, unknown, "{role:?}");
        owner.get(&paths::employee(foreign)).expect(200).await;
        assert_eq!(
            not_found(&actor, foreign).await,
            unknown,
            "{role:?}, after the owner's read put it into the cache"
        );
    }
}

/// I4: a colleague whom the user's role may not see gets the same answer as an id that does not exist.
#[tokio::test]
async fn an_invisible_colleague_is_answered_like_an_unknown_id() {
    let acme = Company::fresh(Stack::get().await).await;
    let hidden = acme.outside_of_the_subtree();
    acme.hr_admin().await.get(&paths::employee(hidden)).expect(200).await;
    for role in [Role::Manager, Role::Employee] {
        let actor = acme.actor(role).await;
        let unknown = not_found(&actor, EmployeeId::from_uuid(Uuid::new_v4())).await;
        assert_eq!(not_found(&actor, hidden).await, unknown, "{role:?}");
    }
}

/// I4: a text that is not an id is 404, and never a 5xx.
#[tokio::test]
async fn a_malformed_id_is_not_found() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let own = acme.roster.hr_admin();
    for odd in [
        "1042",
        "0",
        "-1",
        "x",
        "%00",
        "%2e%2e",
        "*",
        "'%20or%20true--",
        "00000000-0000-0000-0000-000000000000",
        &"a".repeat(3000),
        &format!("{own}%00"),
        &format!("{own},{own}"),
        &format!("{own}'"),
    ] {
        admin.get(&format!("{}/{odd}", paths::EMPLOYEES)).expect(404).await.problem(Code::NotFound);
    }
}

/// I4, G13: a filter by another company's department finds nothing, and another company's cursor is refused.
#[tokio::test]
async fn foreign_departments_and_cursors_show_no_foreign_rows() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (admin, other) = (acme.hr_admin().await, betaco.hr_admin().await);
    let foreign = betaco.roster.departments[0].id;
    let page: Page<EmployeeRow> =
        admin.get(&format!("{}?department={foreign}", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!((page.items.len(), page.total), (0, 0));

    let theirs: Page<EmployeeRow> =
        other.get(&format!("{}?limit=5", paths::EMPLOYEES)).expect(200).await.json();
    let cursor = theirs.next_cursor.unwrap();
    let carried = format!("{}?limit=5&cursor={cursor}", paths::EMPLOYEES);
    admin.get(&carried).expect(400).await.problem(Code::InvalidCursor);
    other.get(&carried).expect(200).await;
}

/// I4: a search for the other company's words finds nothing, even though names and numbers are the same.
#[tokio::test]
async fn a_search_for_foreign_words_finds_no_employees() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for words in [betaco.canary.to_string(), betaco.email_of(Role::HrAdmin)] {
        let page: Page<EmployeeRow> =
            admin.get(&format!("{}?q={words}", paths::EMPLOYEES)).expect(200).await.json();
        assert_eq!((page.items.len(), page.total), (0, 0), "{words}");
    }
    let page: Page<EmployeeRow> =
        admin.get(&format!("{}?q=1042", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!(page.total, 1, "user 1042 of this company and of no other");
}

/// I4: every method answers the same for a foreign id as for an unknown one.
#[tokio::test]
async fn every_method_answers_alike_for_foreign_and_unknown_ids() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let [foreign, unknown] =
        [betaco.roster.hr_admin(), EmployeeId::from_uuid(Uuid::new_v4())].map(paths::employee);
    for method in
        [Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::POST, Method::OPTIONS]
    {
        let [one, other] = [
            admin.request(method.clone(), &foreign).send().await,
            admin.request(method.clone(), &unknown).send().await,
        ];
        assert_eq!(
            (one.status, one.headers.len(), one.body.len()),
            (other.status, other.headers.len(), other.body.len()),
            "{method}"
        );
    }
    for condition in ["*", "\"x\"", "W/\"x\""] {
        admin
            .get(&foreign)
            .header("if-none-match", condition)
            .expect(404)
            .await
            .problem(Code::NotFound);
    }
}
