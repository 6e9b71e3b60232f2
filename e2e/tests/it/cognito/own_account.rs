//! Operations of users on their own accounts, with an access token.

use api_types::paths;
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use serde_json::{Value, json};

use super::{CLIENT, Tokens, by_password, get_user, tokens};

const ANOTHER: &str = "another-horse-another-staple";

/// T6: `GetUser` returns the user's attributes in Cognito's form.
#[tokio::test]
async fn get_user_returns_the_attributes_of_the_user() {
    let acme = Company::fresh(Stack::get().await).await;
    let portal = acme.application(CLIENT).await;
    let (client, email) = (acme.cognito(), acme.email_of(Role::Auditor));
    let given = tokens(&acme, &portal, &email).await;
    let user = get_user(&client, &given.access).expect(200).await.operation();
    let attribute = |name: &str| {
        let attributes = user["UserAttributes"].as_array().unwrap();
        let found = attributes.iter().find(|attribute| attribute["Name"] == name);
        found.map(|attribute| attribute["Value"].as_str().unwrap().to_owned())
    };
    assert_eq!(attribute("sub").unwrap(), user["Username"].as_str().unwrap());
    assert_eq!(attribute("email"), Some(email));
    assert_eq!(attribute("email_verified").as_deref(), Some("true"));
    assert_eq!(attribute("custom:role").as_deref(), Some("auditor"));
    assert_eq!(attribute("custom:tenant_id"), Some(acme.tenant.to_string()));
    assert_eq!(user.as_object().unwrap().len(), 2, "{user}");
}

/// T4d, T6: only a valid access token gives access to the account: not an ID token, a refresh token or a changed token.
#[tokio::test]
async fn only_an_access_token_gives_access_to_the_account() {
    let acme = Company::fresh(Stack::get().await).await;
    let portal = acme.application(CLIENT).await;
    let given = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await;
    let (head, signature) = given.access.rsplit_once('.').unwrap();
    let changed = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for odd in [&given.id, &given.refresh, &changed, "a.b.c", ""] {
        for operation in ["GetUser", "GlobalSignOut"] {
            let asked = acme.cognito().ask(operation, &json!({ "AccessToken": odd }));
            let message = asked.expect(400).await.exception("NotAuthorizedException");
            assert_eq!(message, "Invalid Access Token");
        }
    }
    acme.cognito()
        .ask("GetUser", &json!({}))
        .expect(400)
        .await
        .exception("InvalidParameterException");
}

/// T5: a global sign-out revokes all access tokens, refresh tokens and sessions of the user, on every node.
#[tokio::test]
async fn a_global_sign_out_ends_tokens_and_sessions() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    let portal = acme.application(CLIENT).await;
    let (client, there) = (acme.cognito(), acme.cognito().on(&second_node));
    let email = acme.email_of(Role::Employee);
    let (one, other) = (tokens(&acme, &portal, &email).await, tokens(&acme, &portal, &email).await);
    let session = acme.employee().await;
    let colleague = tokens(&acme, &portal, &acme.email_of(Role::Manager)).await;
    let asked = client.ask("GlobalSignOut", &json!({ "AccessToken": one.access }));
    assert_eq!(asked.expect(200).await.operation(), json!({}));
    let refused = get_user(&there, &one.access).expect(400).await;
    assert_eq!(refused.exception("NotAuthorizedException"), "Access Token has been revoked");
    one.assert_revoked(&portal, &[&client, &there]).await;
    other.assert_revoked(&portal, &[&client, &there]).await;
    session.get(paths::SESSION).expect(401).await;
    get_user(&there, &colleague.access).expect(200).await;
    tokens(&acme, &portal, &email).await;
}

/// T5, S4: a new password revokes the user's tokens and sessions. Changing it requires the old one (ASVS 7.4.3, 7.5.1).
#[tokio::test]
async fn a_new_password_revokes_sessions_and_tokens() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    let portal = acme.application(CLIENT).await;
    let (client, there) = (acme.cognito(), acme.cognito().on(&second_node));
    let email = acme.email_of(Role::Employee);
    let (given, session) = (tokens(&acme, &portal, &email).await, acme.employee().await);
    let change = |previous: &str, proposed: &str| {
        let body: Value = json!({
            "AccessToken": given.access, "PreviousPassword": previous, "ProposedPassword": proposed,
        });
        client.ask("ChangePassword", &body)
    };
    let wrong = change("wrong-horse-battery-staple", ANOTHER).expect(400).await;
    assert_eq!(wrong.exception("NotAuthorizedException"), "Incorrect username or password.");
    change(PASSWORD, "short").expect(400).await.exception("InvalidPasswordException");
    get_user(&client, &given.access).expect(200).await;
    assert_eq!(change(PASSWORD, ANOTHER).expect(200).await.operation(), json!({}));
    given.assert_revoked(&portal, &[&client, &there]).await;
    session.get(paths::SESSION).expect(401).await;
    by_password(&client, &portal, &email, PASSWORD)
        .expect(400)
        .await
        .exception("NotAuthorizedException");
    let again = by_password(&client, &portal, &email, ANOTHER).expect(200).await.operation();
    get_user(&there, &Tokens::of(&again).access).expect(200).await;
}
