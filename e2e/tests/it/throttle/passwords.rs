//! Which new passwords are accepted, and in which Unicode form they are compared.

use domain::Role;
use e2e::{Application, Company, PASSWORD, Stack};
use serde_json::{Value, json};

const CLIENT: &str = "--flow USER_PASSWORD_AUTH --flow REFRESH_TOKEN_AUTH";
const COMPOSED: &str = "p\u{e4}ssw\u{f6}rd-\u{fc}";
const DECOMPOSED: &str = "pa\u{308}sswo\u{308}rd-u\u{308}";

async fn access(
    company: &Company,
    app: &Application,
    email: &str,
    password: &str,
) -> Option<String> {
    let parameters = json!({ "USERNAME": email, "PASSWORD": password });
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": app.id, "AuthParameters": parameters,
    });
    let reply = company.cognito().ask("InitiateAuth", &body).with_retry().send().await.operation();
    reply["AuthenticationResult"]["AccessToken"].as_str().map(str::to_owned)
}

fn change(company: &Company, access: &str, previous: &str, proposed: &str) -> e2e::Request {
    let body: Value = json!({
        "AccessToken": access, "PreviousPassword": previous, "ProposedPassword": proposed,
    });
    company.cognito().ask("ChangePassword", &body)
}

/// G2: a password that was set in one Unicode form is also accepted in the other, on the sign-in page and with Cognito's protocol.
#[tokio::test]
async fn a_password_is_accepted_in_every_unicode_form() {
    let acme = Company::fresh(Stack::get().await).await;
    let app = acme.application(CLIENT).await;
    for (who, set) in [(Role::Employee, COMPOSED), (Role::Manager, DECOMPOSED)] {
        let email = acme.email_of(who);
        let token = access(&acme, &app, &email, PASSWORD).await.unwrap();
        change(&acme, &token, PASSWORD, set).expect(200).await;
        for typed in [COMPOSED, DECOMPOSED] {
            acme.visitor().sign_in(&email, typed).expect(201).await;
            assert!(access(&acme, &app, &email, typed).await.is_some());
        }
        acme.visitor().sign_in(&email, "passwo\u{308}rd-u").expect(401).await;
    }
}

/// G2: a common password, a short one and the user's own address are refused, each with the reason (ASVS 6.2.1, 6.2.4, 6.2.11).
#[tokio::test]
async fn a_password_that_is_easily_guessed_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, email) = (acme.application(CLIENT).await, acme.email_of(Role::Employee));
    let token = access(&acme, &app, &email, PASSWORD).await.unwrap();
    for (proposed, why) in [
        ("1234567", "it needs at least 8 characters"),
        ("Password1", "it is one of the most common passwords"),
        ("1qaz2wsx", "it is one of the most common passwords"),
        (email.as_str(), "it is your own or the company's name or address"),
    ] {
        let refused = change(&acme, &token, PASSWORD, proposed).expect(400).await;
        let parameters = refused.exception("InvalidPasswordException");
        assert!(parameters.ends_with(why), "{proposed}: {parameters}");
    }
    change(&acme, &token, PASSWORD, "no rule asks for capitals or digits").expect(200).await;
}
