//! G12: after a change of role sessions have the new role, and the tokens of the old one end.

use std::time::Duration;

use api_types::{Code, CompanyPublicData, EmployeeRow, OauthError, Page, SessionView, paths};
use domain::Role;
use e2e::{Actor, Company, Finished, REDIRECT_URI, ServerConfig, Stack, closed_port, until};

async fn set(config: &ServerConfig, company: &Company, email: &str, role: &str) -> Finished {
    let slug = company.slug.as_str();
    config.run(&["role", "set", "--company", slug, "--account", email, "--role", role]).await
}

/// G12, S2: after `role set` the user's sessions have the new role on every node, and every node refuses the tokens. Other users are not affected.
#[tokio::test]
async fn another_role_is_in_force_on_every_node_and_ends_tokens() {
    let stack = Stack::get().await;
    let ([acme, betaco], second) = (Company::twins(stack).await, stack.second_node().await);
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope hr/employees.read"
    );
    let (app, bare) = (acme.application(&parameters).await, Actor::at(&stack.server, ""));
    let sessions = [acme.manager().await, acme.actor_on(&second, Role::Manager).await];
    let tokens = app.tokens_for(&sessions[0], &bare, "hr/employees.read").await;
    let (colleague, namesake) = (acme.employee().await, betaco.manager().await);
    let nodes = [&stack.server, &second];
    for node in nodes {
        let taker = acme.visitor_on(node);
        taker.get_with_token(paths::EMPLOYEES, &tokens.access_token).expect(200).await;
    }
    let email = acme.email_of(Role::Manager);
    set(&stack.server_config(), &acme, &email, "auditor").await.succeeded();
    for node in nodes {
        for session in &sessions {
            let session = session.clone().on(node);
            let who: SessionView = session.get(paths::SESSION).expect(200).await.json();
            assert_eq!(who.role, Role::Auditor);
            let page: Page<EmployeeRow> = session.get(paths::EMPLOYEES).expect(200).await.json();
            let staff = acme.roster.staff().count() as u64;
            assert_eq!(page.total, staff, "an auditor sees every employee");
        }
        let reply = acme.visitor_on(node).get_with_token(paths::EMPLOYEES, &tokens.access_token);
        reply.expect(401).await.problem(Code::InvalidToken);
    }
    let grant = app.refresh_grant(tokens.refresh_token.as_deref().unwrap());
    let refused = bare.post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    refused.oauth(OauthError::InvalidGrant);
    for other in [&colleague, &namesake] {
        let reply = other.get(paths::EMPLOYEES).expect(200).await;
        assert!(reply.set_cookies().is_empty(), "no new id");
    }
    let again = acme.manager().await;
    let who: SessionView = again.get(paths::SESSION).expect(200).await.json();
    assert_eq!(who.role, Role::Auditor);

    // Running the command again changes no role, and gives the sessions that began since a new id.
    set(&stack.server_config(), &acme, &email, "auditor").await.succeeded();
    let new = again.get(paths::SESSION).expect(200).await.session_cookie().value;
    again.with_session(&new).get(paths::SESSION).expect(200).await;
}

/// G12, S2: if Redis does not answer the command, it fails with a hint, and the nodes give the sessions the new role later.
#[tokio::test]
async fn without_redis_the_nodes_change_the_role_later() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let session = acme.manager().await;
    let away = format!("redis://127.0.0.1:{}/0", closed_port());
    let config = stack.server_config().with("REDIS_SESSION_URL", &away);
    let failed = set(&config, &acme, &acme.email_of(Role::Manager), "employee").await;
    assert!(failed.code == Some(1) && failed.stderr.contains("hint: "), "{}", failed.stderr);
    until("a node to mark the session", Duration::from_secs(20), async || {
        let who: SessionView = session.get(paths::SESSION).expect(200).await.json();
        (who.role == Role::Employee).then_some(())
    })
    .await;
}

/// G12: an account of another company and an unknown role are refused with a hint.
#[tokio::test]
async fn a_role_for_an_unknown_account_is_refused() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let config = stack.server_config();
    let foreign = set(&config, &acme, &betaco.email_of(Role::Manager), "employee").await;
    assert!(foreign.code == Some(1) && foreign.stderr.contains("hint: "), "{}", foreign.stderr);
    let odd = set(&config, &acme, &acme.email_of(Role::Manager), "root").await;
    assert!(odd.code == Some(2) && odd.stderr.contains("`hr_admin`"), "{}", odd.stderr);
    betaco.manager().await.get(paths::SESSION).expect(200).await;
}

/// G12: `seed --reset` gives the demo accounts their original roles again, so it ends their sessions.
#[tokio::test]
async fn a_reset_of_the_demonstration_ends_its_sessions() {
    let own = Stack::of_its_own().await;
    let config = own.server_config().with("WATERTIGHT_DEMO", "true");
    let fill = ["seed", "--employees", "60"];
    config.run(&fill).await.succeeded();
    let node = config.start().await;
    let face = Actor::at(&node, "acme").get(paths::COMPANY).expect(200).await;
    let face: CompanyPublicData = face.json();
    let [account, other] = [&face.demo_accounts[0], &face.demo_accounts[1]];
    let visitor = Actor::at(&node, "acme");
    let session = visitor.clone().signed_in_with(&account.email, &account.password).await;
    let change = ["role", "set", "--company", "acme", "--account", &other.email];
    let auditor = [&change[..], &["--role", "auditor"]].concat();
    config.run(&auditor).await.succeeded();
    let changed = visitor.signed_in_with(&other.email, &other.password).await;
    for signed_in in [&session, &changed] {
        signed_in.get(paths::SESSION).expect(200).await;
    }
    config.run(&[&fill[..], &["--reset"]].concat()).await.succeeded();
    for signed_in in [&session, &changed] {
        signed_in.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    }
}
