//! `InitiateAuth` with a password: what it returns, and what it refuses.

use api_types::{Code, paths};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Role;
use e2e::{Application, Company, PASSWORD, Stack};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{CLIENT, Tokens, by_password, get_user, initiate, tokens};

/// T6: the answer has exactly the fields of Cognito's, whether the username is an address or an id.
#[tokio::test]
async fn a_password_gives_the_tokens_of_cognito() {
    let acme = Company::fresh(Stack::get().await).await;
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let email = acme.email_of(Role::Employee);
    let answer = by_password(&client, &portal, &email, PASSWORD).expect(200).await.operation();
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&answer), ["AuthenticationResult", "ChallengeParameters"]);
    assert_eq!(
        fields(&answer["AuthenticationResult"]),
        ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"]
    );
    assert_eq!(answer["AuthenticationResult"]["ExpiresIn"], 900);
    assert_eq!(answer["ChallengeParameters"], json!({}));
    let first = Tokens::of(&answer);
    let user = get_user(&client, &first.access).expect(200).await.operation();
    let again = tokens(&acme, &portal, user["Username"].as_str().unwrap()).await;
    assert_eq!(get_user(&client, &again.access).expect(200).await.operation(), user);
}

/// T3, T4d, T6: the tokens identify the user, and give access to the user's own account but not to the API.
#[tokio::test]
async fn the_tokens_identify_the_user_and_give_no_access_to_the_api() {
    let acme = Company::fresh(Stack::get().await).await;
    let portal = acme.application(CLIENT).await;
    let admin = tokens(&acme, &portal, &acme.email_of(Role::HrAdmin)).await;
    let get_with_token = |token: &str| format!("Bearer {token}");
    let who = |token: &str| {
        acme.visitor().get(paths::WHOAMI).header("authorization", &get_with_token(token))
    };
    let by_id: Value = who(&admin.id).expect(200).await.json();
    assert_eq!(by_id["email"], acme.email_of(Role::HrAdmin));
    let by_access: Value = who(&admin.access).expect(200).await.json();
    assert_eq!(by_access["scopes"], json!(["aws.cognito.signin.user.admin"]));
    assert_eq!(by_access["email"], Value::Null);
    let employees = acme.visitor().get(paths::EMPLOYEES);
    let refused =
        employees.header("authorization", &get_with_token(&admin.access)).expect(403).await;
    refused.problem(Code::InsufficientScope);
}

/// T6: a wrong password, an unknown username and a user of another company get the same answer (ASVS 6.3.8).
#[tokio::test]
async fn sign_in_does_not_reveal_which_accounts_exist() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let known = acme.email_of(Role::HrAdmin);
    let unknown_id = uuid::Uuid::new_v4().to_string();
    let mut answers = Vec::new();
    for (username, password) in [
        (known.as_str(), "wrong"),
        ("nobody@acme.example", PASSWORD),
        (&betaco.email_of(Role::HrAdmin), PASSWORD),
        (&unknown_id, PASSWORD),
        ("neither address nor id", PASSWORD),
        (&known, &"x".repeat(4000)),
    ] {
        let reply = by_password(&client, &portal, username, password).expect(400).await;
        let message = reply.exception("NotAuthorizedException");
        assert_eq!(message, "Incorrect username or password.");
        answers.push((reply.body.clone(), reply.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

/// T6: a client may use only the flows that it was registered for. Everything else is refused with Cognito's exception names.
#[tokio::test]
async fn a_client_uses_only_its_registered_flows() {
    let acme = Company::fresh(Stack::get().await).await;
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let by_browser = acme
        .application("--flow code --scope openid --redirect-uri https://app.example/back")
        .await;
    let email = acme.email_of(Role::Employee);
    let both = json!({ "USERNAME": email, "PASSWORD": PASSWORD });
    let unknown = Application { id: "nobodyhasthisid".parse().unwrap(), ..portal.clone() };
    let invalid = "InvalidParameterException";
    for (application, flow, parameters, exception) in [
        (&by_browser, "USER_PASSWORD_AUTH", &both, invalid),
        (&portal, "USER_SRP_AUTH", &json!({ "USERNAME": email, "SRP_A": "2a" }), invalid),
        (&portal, "CUSTOM_AUTH", &both, invalid),
        (&portal, "USER_PASSWORD_AUTH", &json!({ "USERNAME": email }), invalid),
        (&portal, "USER_PASSWORD_AUTH", &json!({ "PASSWORD": PASSWORD }), invalid),
        (&unknown, "USER_PASSWORD_AUTH", &both, "ResourceNotFoundException"),
    ] {
        let asked = client.ask("InitiateAuth", &initiate(application, flow, parameters));
        asked.expect(400).await.exception(exception);
    }
}

/// T6: a client with a secret must prove that it knows the secret, and a client without one must not send a proof.
#[tokio::test]
async fn a_confidential_client_sends_the_hash_of_its_secret() {
    let acme = Company::fresh(Stack::get().await).await;
    let (client, email) = (acme.cognito(), acme.email_of(Role::Employee));
    let public = acme.application(CLIENT).await;
    let server = acme.application(&format!("{CLIENT} --secret --no-rotation")).await;
    let other = acme.application(&format!("{CLIENT} --secret")).await;
    let ask = |application: &Application, hash: Option<String>| {
        let mut parameters = json!({ "USERNAME": email, "PASSWORD": PASSWORD });
        if let Some(hash) = hash {
            parameters["SECRET_HASH"] = hash.into();
        }
        client.ask("InitiateAuth", &initiate(application, "USER_PASSWORD_AUTH", &parameters))
    };
    let right = hash(&server, &email);
    for (application, hash) in [
        (&server, None),
        (&server, Some(hash(&server, "somebody@acme.example"))),
        (&server, Some(hash(&other, &email))),
        (&server, Some("!".to_owned())),
        (&public, Some(right.clone())),
    ] {
        ask(application, hash).expect(400).await.exception("NotAuthorizedException");
    }
    let given = Tokens::of(&ask(&server, Some(right)).expect(200).await.operation());
    // A refresh names no user: the hash is over the id of the account that the token belongs to.
    let user = get_user(&client, &given.access).expect(200).await.operation();
    let refresh = |hash: &str| {
        let parameters = json!({ "REFRESH_TOKEN": given.refresh, "SECRET_HASH": hash });
        client.ask("InitiateAuth", &initiate(&server, "REFRESH_TOKEN_AUTH", &parameters))
    };
    refresh(&hash(&server, &email)).expect(400).await.exception("NotAuthorizedException");
    let account = user["Username"].as_str().unwrap();
    Tokens::of(&refresh(&hash(&server, account)).expect(200).await.operation());
    let shown = |secret: &Option<String>| {
        let body = json!({
            "ClientId": server.id, "RefreshToken": given.refresh, "ClientSecret": secret,
        });
        client.ask("GetTokensFromRefreshToken", &body)
    };
    shown(&None).expect(400).await.exception("NotAuthorizedException");
    shown(&other.secret).expect(400).await.exception("NotAuthorizedException");
    shown(&server.secret).expect(200).await.operation();
}

/// The `SECRET_HASH` of this application for a username, or for the account's id in a refresh.
pub(super) fn hash(application: &Application, username: &str) -> String {
    let secret = application.secret.as_ref().unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(username).chain_update(application.id.as_str());
    STANDARD.encode(mac.finalize().into_bytes())
}
