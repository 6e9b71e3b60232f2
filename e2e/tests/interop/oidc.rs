//! Clients of `OpenID` Connect: they are told an issuer and who they are, and find out the rest.

use e2e::LOGOUT_URI;

use super::{
    script::Script,
    world::{SCOPES, World},
};

/// Without a query: openid-client takes off whatever stands there when it says the address again.
const REDIRECT_URI: &str = "https://app.example/callback";

/// Runs a script as an application with a browser, and as a machine.
async fn runs_the_flows(name: &'static str) {
    let world = World::fresh().await;
    let scopes = SCOPES.replace(' ', " --scope ");
    let told = format!(
        "--secret --flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI} --scope {scopes}"
    );
    let app = world.acme.application(&told).await;
    let told = "--secret --flow client_credentials --scope hr/employees.read";
    let machine = world.acme.application(told).await;
    Script::named(name)
        .with("ISSUER", world.issuer())
        .with("CLIENT_ID", app.id.as_str())
        .with("CLIENT_SECRET", app.secret.as_deref().unwrap())
        .with("MACHINE_ID", machine.id.as_str())
        .with("MACHINE_SECRET", machine.secret.as_deref().unwrap())
        .with("REDIRECT_URI", REDIRECT_URI)
        .with("SCOPE", SCOPES)
        .succeeds_with(&world.employee().await)
        .await;
}

/// T7: openid-client, which the `OpenID` Foundation certified, finds everything by the issuer: code with PKCE, user info, refresh, revocation, and a machine's token.
#[tokio::test]
async fn openid_client_runs_the_flows() {
    runs_the_flows("openid_client.mjs").await;
}

/// T7: so does Authlib.
#[tokio::test]
async fn authlib_runs_the_flows() {
    runs_the_flows("authlib_client.py").await;
}
