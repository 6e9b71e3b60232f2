//! G4: a reset code is bound to its account and sets one password.

use std::time::Duration;

use domain::Role;
use e2e::{Application, Company, Request, Stack, until};
use serde_json::json;

use super::{CLIENT, Tokens, by_password};

const ANOTHER: &str = "another-horse-another-staple";

fn confirm(company: &Company, application: &Application, username: &str, code: &str) -> Request {
    let body = json!({
        "ClientId": application.id, "Username": username, "ConfirmationCode": code, "Password": ANOTHER,
    });
    company.cognito().ask("ConfirmForgotPassword", &body)
}

/// G4: a code is refused for another account of the company, for the same account at a twin of the company, and a second time. Any application of the
/// company may confirm it.
#[tokio::test]
async fn a_reset_code_is_bound_to_its_account() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let (portal, other) = (acme.application(CLIENT).await, acme.application(CLIENT).await);
    let theirs = betaco.application(CLIENT).await;
    let email = acme.email_of(Role::Employee);
    let asked = json!({ "ClientId": portal.id, "Username": email });
    acme.cognito().ask("ForgotPassword", &asked).expect(200).await;
    let mail = until("a mail", Duration::from_secs(10), async || {
        acme.db_outbox().await.into_iter().next()
    })
    .await;
    let code = mail.body.split("Your code is ").nth(1).unwrap().split('.').next().unwrap();
    for (company, application, name) in [
        (&acme, &portal, acme.email_of(Role::Manager)),
        (&betaco, &theirs, betaco.email_of(Role::Employee)),
        (&betaco, &theirs, email.clone()),
    ] {
        let refused = confirm(company, application, &name, code).expect(400).await;
        refused.exception("CodeMismatchException");
    }
    confirm(&acme, &other, &email, code).expect(200).await;
    let again = confirm(&acme, &portal, &email, code).expect(400).await;
    again.exception("CodeMismatchException");
    let signed_in = by_password(&acme.cognito(), &portal, &email, ANOTHER).expect(200).await;
    Tokens::of(&signed_in.operation());
}
