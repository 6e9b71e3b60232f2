//! A forgotten password: the user gets a code by mail, and the replies do not show whether an account exists.

use std::time::Duration;

use api_types::paths;
use domain::Role;
use e2e::{Application, Company, PASSWORD, Request, Stack, until};
use serde_json::{Value, json};

use super::{CLIENT, Tokens, by_password, get_user, tokens};

const ANOTHER: &str = "another-horse-another-staple";

fn forgot(company: &Company, application: &Application, username: &str) -> Request {
    let body = json!({ "ClientId": application.id, "Username": username });
    company.cognito().ask("ForgotPassword", &body)
}

fn confirm(company: &Company, application: &Application, username: &str, code: &str) -> Request {
    let body = json!({
        "ClientId": application.id, "Username": username, "ConfirmationCode": code, "Password": ANOTHER,
    });
    company.cognito().ask("ConfirmForgotPassword", &body)
}

/// Waits for a mail to the company and returns the code in the first one.
async fn mailed_code(company: &Company) -> String {
    let mail = until("a mail", Duration::from_secs(10), async || {
        company.db_outbox().await.into_iter().next()
    })
    .await;
    let code = mail.body.split("Your code is ").nth(1).unwrap().split('.').next().unwrap();
    code.to_owned()
}

/// T6: a mailed code sets another password once, and the new password revokes the user's sessions and tokens.
#[tokio::test]
async fn a_code_by_mail_sets_another_password_once() {
    let acme = Company::fresh(Stack::get().await).await;
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let email = acme.email_of(Role::Employee);
    let (given, session) = (tokens(&acme, &portal, &email).await, acme.employee().await);
    let answer = forgot(&acme, &portal, &email).expect(200).await.operation();
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
    let code = mailed_code(&acme).await;
    // A second request at once sends no second mail, and the code stays valid.
    forgot(&acme, &portal, &email).expect(200).await;
    let weak = json!({
        "ClientId": portal.id, "Username": email, "ConfirmationCode": code, "Password": "short",
    });
    let refused = client.ask("ConfirmForgotPassword", &weak).expect(400).await;
    refused.exception("InvalidPasswordException");
    get_user(&client, &given.access).expect(200).await;
    let typed = format!(" {} ", code.to_lowercase());
    assert_eq!(confirm(&acme, &portal, &email, &typed).expect(200).await.operation(), json!({}));
    assert_eq!(acme.db_outbox().await.len(), 1);
    given.assert_revoked(&portal, &[&client]).await;
    session.get(paths::SESSION).expect(401).await;
    confirm(&acme, &portal, &email, &code).expect(400).await.exception("CodeMismatchException");
    by_password(&client, &portal, &email, PASSWORD)
        .expect(400)
        .await
        .exception("NotAuthorizedException");
    Tokens::of(&by_password(&client, &portal, &email, ANOTHER).expect(200).await.operation());
}

/// T6: a client that requests a code, or guesses one, does not learn which accounts exist (ASVS 6.3.8).
#[tokio::test]
async fn an_unknown_username_is_answered_like_a_known_one() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let portal = acme.application(CLIENT).await;
    let known = acme.email_of(Role::Employee);
    let (first, rest) = known.split_at(1);
    let (_, host) = rest.split_once('@').unwrap();
    let stranger = format!("{first}omebody.else@{host}");
    let [of_known, of_stranger]: [Value; 2] = [
        forgot(&acme, &portal, &known).expect(200).await.operation(),
        forgot(&acme, &portal, &stranger).expect(200).await.operation(),
    ];
    assert_eq!(of_known, of_stranger);
    mailed_code(&acme).await;
    let mut answers = Vec::new();
    for name in [&known, &stranger, &betaco.email_of(Role::Employee)] {
        let refused = confirm(&acme, &portal, name, "0123456789ABC").expect(400).await;
        refused.exception("CodeMismatchException");
        answers.push((refused.body.clone(), refused.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(acme.db_outbox().await.len(), 1);
    assert_eq!(betaco.db_outbox().await.len(), 0);
}

/// T1: a code is accepted only at the company that mailed it.
#[tokio::test]
async fn a_code_of_one_tenant_is_refused_at_another() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (portal, theirs) = (acme.application(CLIENT).await, betaco.application(CLIENT).await);
    forgot(&acme, &portal, &acme.email_of(Role::Employee)).expect(200).await;
    let code = mailed_code(&acme).await;
    for name in [acme.email_of(Role::Employee), betaco.email_of(Role::Employee)] {
        let refused = confirm(&betaco, &theirs, &name, &code).expect(400).await;
        refused.exception("CodeMismatchException");
    }
    tokens(&betaco, &theirs, &betaco.email_of(Role::Employee)).await;
}

/// G9: a mailed code stays valid when another one is requested.
#[tokio::test]
async fn a_code_stays_valid_when_another_one_is_requested() {
    let stack = Stack::get().await;
    let config = stack.server_config().with("WATERTIGHT_RESET_PAUSE_SECONDS", "1");
    let (acme, node) = (
        Company::fresh(stack).await,
        config.with("WATERTIGHT_LIMIT_RESET", "1000/1").start().await,
    );
    let (portal, email) = (acme.application(CLIENT).await, acme.email_of(Role::Employee));
    // Every request goes to the node with the short pause: another node would count a pause of its own length.
    let stranger = acme.cognito().on(&node);
    let again = json!({ "ClientId": portal.id, "Username": email });
    stranger.ask("ForgotPassword", &again).expect(200).await;
    let first = mailed_code(&acme).await;
    until("another code", Duration::from_secs(30), async || {
        stranger.ask("ForgotPassword", &again).expect(200).await;
        (acme.db_outbox().await.len() > 1).then_some(())
    })
    .await;
    confirm(&acme, &portal, &email, &first).expect(200).await;
    // All codes were for the old password, which was replaced.
    let second = mailed_code(&acme).await;
    assert_ne!(first, second);
    confirm(&acme, &portal, &email, &second).expect(400).await.exception("CodeMismatchException");
}
