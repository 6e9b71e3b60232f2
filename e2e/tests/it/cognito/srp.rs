//! Signing in with SRP, which does not send the password, at a pool that allows it.

use std::time::Duration;

use domain::Role;
use e2e::{Application, CognitoClient, Company, PASSWORD, Stack, until};
use serde_json::{Value, json};

use super::{CLIENT, Tokens, get_user, initiate, srp_client::SrpClient, tokens};

const ANOTHER: &str = "another-horse-another-staple";

/// A company whose pool allows SRP, and an application that may use it. Waits until the shared node knows it.
async fn company_with_srp() -> (Company, Application) {
    let acme = Company::fresh(Stack::get().await).await;
    acme.allow_srp().await;
    let portal = acme.application(&format!("{CLIENT} --flow USER_SRP_AUTH")).await;
    let (client, a) = (acme.cognito(), SrpClient::at(portal.pool.name()));
    until("the node to allow SRP", Duration::from_secs(10), async || {
        let begun =
            client.ask("InitiateAuth", &begin(&portal, "x@y", &a)).without_retry().send().await;
        (begun.status == 200).then_some(())
    })
    .await;
    (acme, portal)
}

fn begin(application: &Application, username: &str, client: &SrpClient) -> Value {
    let parameters = json!({ "USERNAME": username, "SRP_A": client.srp_a() });
    initiate(application, "USER_SRP_AUTH", &parameters)
}

async fn challenged(
    client: &CognitoClient,
    application: &Application,
    username: &str,
    srp: &SrpClient,
) -> Value {
    let begun = client.ask("InitiateAuth", &begin(application, username, srp)).expect(200).await;
    let challenge = begun.operation();
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    challenge
}

fn respond(client: &CognitoClient, application: &Application, responses: &Value) -> e2e::Request {
    let body = json!({
        "ChallengeName": "PASSWORD_VERIFIER", "ClientId": application.id, "ChallengeResponses": responses,
    });
    client.ask("RespondToAuthChallenge", &body)
}

/// T6: the right password is proven with SRP, a wrong one is refused, and so is one that was set before the pool allowed SRP. An answer is accepted once.
#[tokio::test]
async fn a_password_is_proven_without_being_sent() {
    let (acme, portal) = company_with_srp().await;
    let (client, email) = (acme.cognito(), acme.email_of(Role::Employee));
    let srp = SrpClient::at(portal.pool.name());
    // The password was set before, so it has no verifier and is refused like a wrong one.
    let challenge = challenged(&client, &portal, &email, &srp).await;
    let early = respond(&client, &portal, &srp.answer(&challenge, PASSWORD)).expect(400).await;
    assert_eq!(early.exception("NotAuthorizedException"), "Incorrect username or password.");
    let given = tokens(&acme, &portal, &email).await;
    let change = json!({
        "AccessToken": given.access, "PreviousPassword": PASSWORD, "ProposedPassword": ANOTHER,
    });
    client.ask("ChangePassword", &change).expect(200).await;
    let challenge = challenged(&client, &portal, &email, &srp).await;
    let wrong = respond(&client, &portal, &srp.answer(&challenge, PASSWORD)).expect(400).await;
    assert_eq!(wrong.exception("NotAuthorizedException"), "Incorrect username or password.");
    // A challenge accepts one guess.
    respond(&client, &portal, &srp.answer(&challenge, ANOTHER)).expect(400).await;
    let challenge = challenged(&client, &portal, &email, &srp).await;
    let answer = srp.answer(&challenge, ANOTHER);
    let right = respond(&client, &portal, &answer).expect(200).await;
    let proven = Tokens::of(&right.operation());
    get_user(&client, &proven.access).expect(200).await;
    // A replayed answer is refused, also at another node.
    let second_node = Stack::get().await.second_node().await;
    for node in [&client, &acme.cognito().on(&second_node)] {
        let again = respond(node, &portal, &answer).expect(400).await;
        assert_eq!(again.exception("NotAuthorizedException"), "Incorrect username or password.");
    }
}

/// T6: the challenge for an unknown username looks like that of an account and does not change. A challenge is refused at another client.
#[tokio::test]
async fn an_unknown_username_is_challenged_like_a_known_one() {
    let (acme, portal) = company_with_srp().await;
    let other = acme.application("--flow USER_SRP_AUTH").await;
    let client = acme.cognito();
    let srp = SrpClient::at(portal.pool.name());
    let known = challenged(&client, &portal, &acme.email_of(Role::Employee), &srp).await;
    let stranger = challenged(&client, &portal, "nobody@acme.example", &srp).await;
    let again = challenged(&client, &portal, "nobody@acme.example", &srp).await;
    for name in ["SALT", "USER_ID_FOR_SRP"] {
        assert_eq!(stranger["ChallengeParameters"][name], again["ChallengeParameters"][name]);
        let length =
            |challenge: &Value| challenge["ChallengeParameters"][name].as_str().unwrap().len();
        assert_eq!(length(&stranger), length(&known), "{name}");
    }
    let answer = srp.answer(&stranger, PASSWORD);
    let refused = respond(&client, &portal, &answer).expect(400).await;
    assert_eq!(refused.exception("NotAuthorizedException"), "Incorrect username or password.");
    respond(&client, &other, &srp.answer(&known, PASSWORD))
        .expect(400)
        .await
        .exception("NotAuthorizedException");
    let zero = json!({ "USERNAME": "x@y", "SRP_A": "0" });
    let refused =
        client.ask("InitiateAuth", &initiate(&portal, "USER_SRP_AUTH", &zero)).expect(400).await;
    refused.exception("InvalidParameterException");
}
