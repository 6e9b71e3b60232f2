//! R2, I3: the lock Binding alone. Other locks come before it, so a test sees it refuse and raise its alert only while those are off.

use api_types::{Code, paths};
use e2e::{Actor, Company, Laboratory, Reply, Server};

use super::identity::{SCOPES, SESSION_KEY, application};

const SESSION_MAC: &str = "session_mac";

async fn alerts_of(server: &Server, company: &Company, kind: &str) -> u64 {
    let tenant = company.tenant.to_string();
    server.metrics().await.sum("watertight_alerts_total", &[("tenant", &tenant), ("kind", kind)])
}

async fn refused(actor: &Actor) -> Reply {
    let reply = actor.get(paths::EMPLOYEES).expect(401).await;
    reply.problem(Code::NotSignedIn);
    reply
}

/// R2, I3: a cookie of one company is carried to another's host, where its record is found and accepted. Binding alone refuses it, and raises the alert.
#[tokio::test]
async fn a_foreign_cookie_that_is_found_is_refused_by_binding_with_an_alert() {
    let laboratory = Laboratory::start().await;
    let [acme, betaco] = Company::pair(laboratory.stack).await;
    let server = &laboratory.stack.server;
    laboratory.switch_off(&[SESSION_KEY]).await;
    let admin = acme.hr_admin().await;
    let carried = admin.clone().with_host(betaco.visitor().host());

    // The record's MAC and its stamp are checked before Binding.
    let alerts = async || {
        let kinds = ["session_seal", "session_tenant", "binding_mismatch"];
        let mut counts = [0; 3];
        for (count, kind) in counts.iter_mut().zip(kinds) {
            *count = alerts_of(server, &betaco, kind).await;
        }
        counts
    };
    refused(&carried).await;
    assert_eq!(alerts().await, [1, 0, 0]);
    laboratory.switch_off(&[SESSION_KEY, SESSION_MAC]).await;
    refused(&carried).await;
    assert_eq!(alerts().await, [1, 1, 0]);
    laboratory.switch_off(&[SESSION_KEY, SESSION_MAC, "stamp"]).await;
    let reply = refused(&carried).await;
    assert_eq!(alerts().await, [1, 1, 1]);
    let request = reply.header("x-request-id").unwrap();
    let line = server.log_line("alert=\"binding_mismatch\"").await;
    for word in [request, &betaco.tenant.to_string(), &acme.tenant.to_string()] {
        assert!(line.contains(word), "no `{word}` in: {line}");
    }
    admin.get(paths::EMPLOYEES).expect(200).await;

    // The control: with Binding off too, the product trusts the host.
    laboratory.switch_off(&["binding", SESSION_KEY, SESSION_MAC, "stamp"]).await;
    carried.without_canary_check().get(paths::EMPLOYEES).expect(200).await;
}

/// R2, T1: a token of one company is accepted at another's host although its key is not that company's. Binding refuses it; with Binding off, the stamp of the
/// bearer's record does. Both raise an alert.
#[tokio::test]
async fn a_foreign_token_that_is_accepted_is_refused_by_two_locks_with_alerts() {
    let laboratory = Laboratory::start().await;
    let [acme, betaco] = Company::pair(laboratory.stack).await;
    let server = &laboratory.stack.server;
    let application = application(&acme).await;
    let bare = Actor::at(server, "");
    let tokens = application.tokens_for(&acme.hr_admin().await, &bare, SCOPES).await;
    let abroad = betaco.visitor().without_canary_check();
    let list = || abroad.get_with_token(paths::EMPLOYEES, &tokens.access_token);
    let alerts = async || {
        let kinds = ["binding_mismatch", "token_tenant"];
        [alerts_of(server, &betaco, kinds[0]).await, alerts_of(server, &betaco, kinds[1]).await]
    };

    list().expect(401).await.problem(Code::InvalidToken);
    assert_eq!(alerts().await, [0, 0], "a token of another company raises no alert");
    laboratory.switch_off(&[SESSION_KEY]).await;
    list().expect(401).await.problem(Code::InvalidToken);
    assert_eq!(alerts().await, [1, 0]);
    laboratory.switch_off(&["binding", SESSION_KEY]).await;
    list().expect(401).await.problem(Code::InvalidToken);
    assert_eq!(alerts().await, [1, 1]);

    // The control: with all three off, the product trusts the host.
    laboratory.switch_off(&["binding", SESSION_KEY, "stamp"]).await;
    list().expect(200).await;
}
