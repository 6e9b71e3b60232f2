//! Third-party clients of Cognito's protocol: boto3, amazon-cognito-identity-js and pycognito.

use domain::Role;
use e2e::{Application, CognitoClient, Company, PASSWORD, Stack};
use serde_json::json;

use super::{
    script::Script,
    world::{CLIENT, World},
};

impl World {
    /// The script with the settings that every client of the protocol needs.
    fn cognito_script(&self, name: &'static str, application: &Application) -> Script {
        Script::named(name)
            .with("ENDPOINT", self.endpoint())
            .with("POOL_ID", self.key.pool.as_str())
            .with("CLIENT_ID", application.id.as_str())
            .with("EMAIL", self.acme.email_of(Role::Employee))
            .with("PASSWORD", PASSWORD)
    }

    /// The same, with the access key that administers the pool.
    fn administrator_script(&self, name: &'static str, application: &Application) -> Script {
        let [id, secret] = self.key.id_and_secret();
        let region = self.key.pool.as_str().split('_').next().unwrap();
        self.cognito_script(name, application)
            .with("AWS_ACCESS_KEY_ID", id)
            .with("AWS_SECRET_ACCESS_KEY", secret)
            .with("AWS_DEFAULT_REGION", region)
            .with("NEWCOMER", format!("zoe.{0}@{0}.example", self.acme.canary))
    }
}

/// T6: boto3, given only the product's endpoint, signs in, refreshes, revokes, changes a password, administers the pool, and raises its own exceptions.
#[tokio::test]
async fn boto3_works_with_the_endpoint() {
    let world = World::fresh().await;
    let portal = world.acme.application(CLIENT).await;
    world.administrator_script("boto3_client.py", &portal).succeeds().await;
}

/// T6: the replies to boto3 have the fields and types of moto's Cognito, except for the differences that the script lists with their reasons.
#[tokio::test]
async fn answers_have_the_shape_that_moto_gives_them() {
    let world = World::fresh().await;
    let portal = world.acme.application(CLIENT).await;
    world.administrator_script("moto_shapes.py", &portal).succeeds().await;
}

/// A company with SRP enabled. The employee's password is set again afterwards, because only then does it get an SRP verifier.
async fn world_with_srp() -> World {
    let acme = Company::fresh(Stack::get().await).await;
    acme.allow_srp().await;
    let world = World::of(acme).await;
    let set = json!({
        "UserPoolId": world.key.pool, "Username": world.acme.email_of(Role::Employee),
        "Password": PASSWORD, "Permanent": true,
    });
    let client = CognitoClient::at(&world.node);
    client.signed(&world.key, "AdminSetUserPassword", &set).expect(200).await;
    world
}

/// T6: Amplify's client signs in as a web page does, once with the password and once with SRP, and signs out.
#[tokio::test]
async fn amazon_cognito_identity_js_signs_in_by_password_and_by_srp() {
    let world = world_with_srp().await;
    let portal = world.acme.application(&format!("{CLIENT} --flow USER_SRP_AUTH")).await;
    world.cognito_script("cognito_identity_js.mjs", &portal).succeeds().await;
}

/// T6: pycognito signs in with SRP, replaces a temporary password, refreshes and signs out. It verifies every token that it receives.
#[tokio::test]
async fn pycognito_signs_in_by_srp() {
    let world = world_with_srp().await;
    let parameters = "--secret --no-rotation --flow USER_SRP_AUTH --flow REFRESH_TOKEN_AUTH";
    let portal = world.acme.application(parameters).await;
    let newcomer = format!("zoe.{0}@{0}.example", world.acme.canary);
    let first = "first-password-of-zoe";
    let create = json!({
        "UserPoolId": world.key.pool, "Username": newcomer,
        "TemporaryPassword": first, "MessageAction": "SUPPRESS",
    });
    let client = CognitoClient::at(&world.node);
    client.signed(&world.key, "AdminCreateUser", &create).expect(200).await;
    world
        .cognito_script("pycognito_client.py", &portal)
        .with("CLIENT_SECRET", portal.secret.as_deref().unwrap())
        .with("NEWCOMER", newcomer)
        .with("FIRST_PASSWORD", first)
        .succeeds()
        .await;
}
