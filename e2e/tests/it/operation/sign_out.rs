//! S4: an operator signs out every user of a company.

use std::time::Duration;

use api_types::{Code, OauthError, paths};
use domain::{Role, TenantStatus};
use e2e::{Actor, Company, Finished, REDIRECT_URI, ServerConfig, Stack, closed_port, until};

async fn sign_out(config: &ServerConfig, company: &Company) -> Finished {
    config.run(&["sign-out", "--company", company.slug.as_str()]).await
}

/// S4: after `sign-out` every node refuses every session and token of the company, and no device is remembered. Another company with the same ids is not affected,
/// and everyone can sign in again.
#[tokio::test]
async fn an_operator_signs_out_a_company_on_every_node() {
    let stack = Stack::get().await;
    let ([acme, betaco], second) = (Company::twins(stack).await, stack.second_node().await);
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope hr/employees.read"
    );
    let (app, bare) = (acme.application(&parameters).await, Actor::at(&stack.server, ""));
    let mut sessions = Vec::new();
    for role in Role::ALL {
        sessions.push(acme.actor(role).await);
        sessions.push(acme.actor_on(&second, role).await);
    }
    let tokens = app.tokens_for(&sessions[0], &bare, "hr/employees.read").await;
    let (theirs, nodes) = (betaco.manager().await, [&stack.server, &second]);
    let with_token =
        |node| acme.visitor_on(node).get_with_token(paths::EMPLOYEES, &tokens.access_token);
    for node in nodes {
        with_token(node).expect(200).await;
    }
    sign_out(&stack.server_config(), &acme).await.succeeded();
    for node in nodes {
        with_token(node).expect(401).await.problem(Code::InvalidToken);
        for session in &sessions {
            let reply = session.clone().on(node).get(paths::SESSION).expect(401).await;
            reply.problem(Code::NotSignedIn);
        }
    }
    let grant = app.refresh_grant(tokens.refresh_token.as_deref().unwrap());
    let refused = bare.post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    refused.oauth(OauthError::InvalidGrant);
    theirs.get(paths::EMPLOYEES).expect(200).await;
    acme.manager().await.get(paths::SESSION).expect(200).await;
}

/// S4: if Redis does not answer the command, it fails with a hint and has revoked the refresh tokens; the nodes end the sessions that it recorded. Repeating it
/// finishes the rest.
#[tokio::test]
async fn without_redis_the_command_can_be_repeated() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let session = acme.manager().await;
    let away = format!("redis://127.0.0.1:{}/0", closed_port());
    let config = stack.server_config().with("REDIS_SESSION_URL", &away);
    let failed = sign_out(&config, &acme).await;
    assert!(failed.code == Some(1) && failed.stderr.contains("hint: "), "{}", failed.stderr);
    until("a node to end the session", Duration::from_secs(20), async || {
        (session.get(paths::SESSION).send().await.status == 401).then_some(())
    })
    .await;
    sign_out(&stack.server_config(), &acme).await.succeeded();
    acme.manager().await.get(paths::SESSION).expect(200).await;
}

/// S4, O8: after a backup of PostgreSQL was restored, revocations that came after it are missing. `sign-out --all-companies` ends everything that was issued,
/// also at a suspended company.
#[tokio::test]
async fn every_company_is_signed_out() {
    let stack = Stack::of_its_own().await;
    let config = stack.server_config();
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope hr/employees.read"
    );
    let companies = [Company::fresh(stack).await, Company::fresh(stack).await];
    let bare = Actor::at(&stack.server, "");
    let mut issued = Vec::new();
    for company in &companies {
        let (app, session) = (company.application(&parameters).await, company.manager().await);
        let tokens = app.tokens_for(&session, &bare, "hr/employees.read").await;
        issued.push((session, app, tokens.refresh_token.unwrap()));
    }
    companies[1].db_set_status(TenantStatus::Suspended).await;
    let said = config.run(&["sign-out", "--all-companies"]).await.succeeded();
    assert!(said.contains("2 companies"), "{said}");
    companies[1].db_set_status(TenantStatus::Active).await;
    for (session, app, refresh) in &issued {
        session.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
        let refused =
            bare.post_form(&app.path(paths::TOKEN), &app.refresh_grant(refresh)).expect(400);
        refused.await.oauth(OauthError::InvalidGrant);
    }
}

/// S4: an unknown company is refused with a hint.
#[tokio::test]
async fn an_unknown_company_is_not_signed_out() {
    let config = Stack::get().await.server_config();
    let refused = config.run(&["sign-out", "--company", "no-such-company"]).await;
    assert!(refused.code == Some(1) && refused.stderr.contains("hint: "), "{}", refused.stderr);
}
