//! Several nodes on the same stores, and a node that keeps its sessions in memory.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, Stack};

/// S1: a session that began on one node is valid on every node, because it is stored in Redis and not in the process.
#[tokio::test]
async fn a_session_is_valid_on_every_node() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (here, there) = (acme.hr_admin().await, acme.actor_on(&second, Role::Auditor).await);
    here.clone().on(&second).get(paths::EMPLOYEES).expect(200).await;
    there.clone().on(&stack.server).get(paths::EMPLOYEES).expect(200).await;
}

/// S1: killing a node ends no session.
#[tokio::test]
async fn killing_a_node_ends_no_session() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let admin = acme.actor_on(&second, Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    second.kill();
    admin.on(&stack.server).get(paths::EMPLOYEES).expect(200).await;
}

/// S1: sessions in the memory of a process are valid on that node only. This mode is for development only.
#[tokio::test]
async fn sessions_in_memory_are_valid_on_one_node_only() {
    let stack = Stack::get().await;
    let (acme, forgetful) = (
        Company::fresh(stack).await,
        stack.server_config().with_sessions_in_memory().start().await,
    );
    let admin = acme.actor_on(&forgetful, Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    admin
        .clone()
        .on(&stack.server)
        .get(paths::EMPLOYEES)
        .expect(401)
        .await
        .problem(Code::NotSignedIn);
    admin.request(reqwest::Method::DELETE, paths::SESSION).expect(204).await;
    admin.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
}

/// S5: sessions in PostgreSQL are valid on every node that keeps them there, and end on all of them at once. PostgreSQL holds no session id.
#[tokio::test]
async fn sessions_in_postgresql_are_valid_on_every_node() {
    let stack = Stack::get().await;
    let config = stack.server_config().with_sessions_in_postgres();
    let (acme, first, second) =
        (Company::fresh(stack).await, config.start().await, config.start().await);
    let admin = acme.actor_on(&first, Role::HrAdmin).await;
    let there = admin.clone().on(&second);
    for actor in [&admin, &there] {
        actor.get(paths::EMPLOYEES).expect(200).await;
    }
    let elsewhere = admin.clone().on(&stack.server).get(paths::EMPLOYEES).expect(401).await;
    elsewhere.problem(Code::NotSignedIn);
    let cookie = admin.session.clone().unwrap();
    let records = "select string_agg(r::text, ' ') from session.record as r";
    // The fields are binary, so PostgreSQL shows them in hexadecimal.
    for text in [format!("'{cookie}'"), format!("encode('{cookie}', 'hex')")] {
        let absent = format!("position({text} in ({records})) = 0");
        assert!(stack.postgres.db_holds(&absent).await, "{text}");
    }
    there.request(reqwest::Method::DELETE, paths::SESSION).expect(204).await;
    for actor in [&admin, &there] {
        actor.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// A node that receives a request to stop exits with code 0.
#[tokio::test]
async fn a_node_exits_with_code_0_when_it_is_terminated() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    acme.actor_on(&second, Role::HrAdmin).await.get(paths::EMPLOYEES).expect(200).await;
    assert_eq!(second.terminate().await.code(), Some(0));
}

/// The log contains no personal data and no session id. (`e2e::secrets` checks every log line of every server of the run.)
#[tokio::test]
async fn the_log_names_no_person_and_no_session() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    assert!(!stack.server.logged().contains(admin.session.as_ref().unwrap()));
    assert!(!stack.server.logged().contains(acme.canary.as_str()));
}
