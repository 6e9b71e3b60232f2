//! New accounts: an invited user gets a first password and must change it at the first sign-in.

use e2e::{Application, Company, Request};
use serde_json::{Value, json};

use super::{CLIENT, Tokens, administration::World, by_password, get_user};

const FIRST: &str = "first-password-of-zoe";
const OWN: &str = "own-password-of-zoe";

/// An address at that company without an account.
fn newcomer(company: &Company) -> String {
    format!("zoe.{}@{}.example", company.canary, company.canary)
}

/// The answer to the challenge.
fn choose(
    world: &World,
    application: &Application,
    session: &Value,
    name: &str,
    new: &str,
) -> Request {
    let body = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ClientId": application.id,
        "Session": session,
        "ChallengeResponses": { "USERNAME": name, "NEW_PASSWORD": new },
    });
    world.client().ask("RespondToAuthChallenge", &body)
}

/// T6: an invited user signs in with the first password, must choose another one, and then gets tokens.
#[tokio::test]
async fn an_invited_user_chooses_a_password() {
    let world = World::fresh().await;
    let portal = world.acme.application(CLIENT).await;
    let email = newcomer(&world.acme);
    let attributes = json!([
        { "Name": "name", "Value": format!("Zoë {}", world.acme.canary) },
        { "Name": "email_verified", "Value": "true" },
        { "Name": "custom:role", "Value": "auditor" },
    ]);
    let create = json!({ "Username": email, "UserAttributes": attributes });
    let created = world.administer("AdminCreateUser", create.clone()).await;
    assert_eq!(created["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    world
        .signed_request("AdminCreateUser", create)
        .expect(400)
        .await
        .exception("UsernameExistsException");
    let mail = world.acme.db_outbox().await.remove(0);
    assert_eq!(mail.to, email);
    let first = mail.body.split("password ").nth(1).unwrap().split(',').next().unwrap();
    let begun = by_password(&world.client(), &portal, &email, first).expect(200).await.operation();
    assert_eq!(begun["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let parameters = &begun["ChallengeParameters"];
    assert_eq!(parameters["USER_ID_FOR_SRP"], created["User"]["Username"]);
    let attributes: Value =
        serde_json::from_str(parameters["userAttributes"].as_str().unwrap()).unwrap();
    assert_eq!(attributes["email"], email);
    let answered = choose(&world, &portal, &begun["Session"], &email, OWN).expect(200).await;
    let given = Tokens::of(&answered.operation());
    let user = get_user(&world.client(), &given.access).expect(200).await.operation();
    assert_eq!(user["Username"], created["User"]["Username"]);
    by_password(&world.client(), &portal, &email, first).expect(400).await;
    Tokens::of(&by_password(&world.client(), &portal, &email, OWN).expect(200).await.operation());
}

/// T6: a challenge is answered once, for the user and at the client that it was issued for. A password that is too weak does not use it up.
#[tokio::test]
async fn a_challenge_is_answered_once_and_at_its_own_client() {
    let world = World::fresh().await;
    let (portal, other) =
        (world.acme.application(CLIENT).await, world.acme.application(CLIENT).await);
    let theirs = world.betaco.application(CLIENT).await;
    let email = newcomer(&world.acme);
    let create =
        json!({ "Username": email, "TemporaryPassword": FIRST, "MessageAction": "SUPPRESS" });
    let created = world.administer("AdminCreateUser", create).await;
    assert_eq!(world.acme.db_outbox().await.len(), 0);
    let begin = async || {
        let begun = by_password(&world.client(), &portal, &email, FIRST).expect(200).await;
        begun.operation()["Session"].clone()
    };
    let (session, earlier) = (begin().await, begin().await);
    for (application, session, name) in [
        (&other, &session, email.as_str()),
        (&theirs, &session, &email),
        (&portal, &json!("made up"), &email),
        (&portal, &Value::Null, &email),
        (&portal, &session, "nobody@acme.example"),
    ] {
        let refused = choose(&world, application, session, name, OWN).expect(400).await;
        refused.exception("NotAuthorizedException");
    }
    for weak in ["short", FIRST] {
        let refused = choose(&world, &portal, &session, &email, weak).expect(400).await;
        refused.exception("InvalidPasswordException");
    }
    let id = created["User"]["Username"].as_str().unwrap();
    Tokens::of(&choose(&world, &portal, &session, id, OWN).expect(200).await.operation());
    for spent in [&session, &earlier] {
        let refused =
            choose(&world, &portal, spent, &email, "yet-another-password").expect(400).await;
        refused.exception("NotAuthorizedException");
    }
    Tokens::of(&by_password(&world.client(), &portal, &email, OWN).expect(200).await.operation());
}

/// T6: a client may send back the attributes that the challenge contained. Unchanged attributes are accepted. A changed or unknown one is refused by name.
#[tokio::test]
async fn attributes_that_are_sent_back_unchanged_are_accepted() {
    let world = World::fresh().await;
    let portal = world.acme.application(CLIENT).await;
    let email = newcomer(&world.acme);
    let create = json!({
        "Username": email, "TemporaryPassword": FIRST, "MessageAction": "SUPPRESS",
        "UserAttributes": [{ "Name": "name", "Value": format!("Zoë {}", world.acme.canary) }],
    });
    world.administer("AdminCreateUser", create).await;
    let begun = by_password(&world.client(), &portal, &email, FIRST).expect(200).await.operation();
    let attributes = begun["ChallengeParameters"]["userAttributes"].as_str().unwrap();
    let attributes: Value = serde_json::from_str(attributes).unwrap();
    let answer = |more: &[(&str, &str)]| {
        let mut responses = json!({ "USERNAME": email, "NEW_PASSWORD": OWN });
        for (name, value) in attributes.as_object().unwrap() {
            responses[format!("userAttributes.{name}")] = value.clone();
        }
        for (name, value) in more {
            responses[format!("userAttributes.{name}")] = json!(value);
        }
        let body = json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": portal.id,
            "Session": begun["Session"], "ChallengeResponses": responses,
        });
        world.client().ask("RespondToAuthChallenge", &body)
    };
    for (name, value) in [
        ("name", "Another Name"),
        ("email", "another@acme.example"),
        ("email_verified", "true"),
        ("custom:role", "hr_admin"),
        ("custom:tenant_id", &world.betaco.tenant.to_string()),
        ("given_name", "Zoë"),
    ] {
        let refused = answer(&[(name, value)]).expect(400).await;
        let message = refused.exception("InvalidParameterException");
        assert!(message.contains(name) && !message.contains(value), "{message}");
    }
    // None of these refusals used up the challenge.
    Tokens::of(&answer(&[]).expect(200).await.operation());
}

/// T6: a user who has not signed in yet can be invited again and gets another first password. A user with a password of their own cannot.
#[tokio::test]
async fn an_invitation_can_be_sent_again_until_the_first_sign_in() {
    let world = World::fresh().await;
    let portal = world.acme.application(CLIENT).await;
    let email = newcomer(&world.acme);
    let invite = |action: Option<&str>| json!({ "Username": email, "TemporaryPassword": FIRST, "MessageAction": action });
    let refused = world.signed_request("AdminCreateUser", invite(Some("RESEND"))).expect(400).await;
    refused.exception("UserNotFoundException");
    world.administer("AdminCreateUser", invite(Some("SUPPRESS"))).await;
    let again = json!({ "Username": email, "MessageAction": "RESEND" });
    world.administer("AdminCreateUser", again.clone()).await;
    let refused = by_password(&world.client(), &portal, &email, FIRST).expect(400).await;
    refused.exception("NotAuthorizedException");
    assert_eq!(world.acme.db_outbox().await.len(), 1);
    let set = json!({ "Username": email, "Password": OWN, "Permanent": true });
    world.administer("AdminSetUserPassword", set).await;
    let refused = world.signed_request("AdminCreateUser", again).expect(400).await;
    refused.exception("UnsupportedUserStateException");
}

/// T6: invalid values for a new account are refused, and no account is created.
#[tokio::test]
async fn an_account_with_invalid_values_is_not_created() {
    let world = World::fresh().await;
    let email = newcomer(&world.acme);
    let with = |name: &str, value: &str| json!({ "Username": email, "UserAttributes": [{ "Name": name, "Value": value }] });
    for odd in [
        json!({ "Username": "zoe" }),
        json!({ "Username": email, "MessageAction": "SHOUT" }),
        with("email", "other@acme.example"),
        with("custom:role", "root"),
        with("custom:tenant_id", &world.betaco.tenant.to_string()),
    ] {
        world
            .signed_request("AdminCreateUser", odd)
            .expect(400)
            .await
            .exception("InvalidParameterException");
    }
    // The message names the attribute and the allowed values.
    for (name, value, says) in [
        ("email_verified", "True", "email_verified: expected true or false"),
        ("custom:role", "root", "custom:role: expected employee, manager, hr_admin or auditor"),
        ("given_name", "Zoë", "given_name does not exist"),
    ] {
        let refused = world.signed_request("AdminCreateUser", with(name, value)).expect(400).await;
        let message = refused.exception("InvalidParameterException");
        assert!(message.contains(says) && !message.contains("root"), "{message}");
    }
    let weak = json!({ "Username": email, "TemporaryPassword": "short" });
    world
        .signed_request("AdminCreateUser", weak)
        .expect(400)
        .await
        .exception("InvalidPasswordException");
    let unknown =
        world.signed_request("AdminGetUser", json!({ "Username": email })).expect(400).await;
    unknown.exception("UserNotFoundException");
}
