//! Third-party clients of `OpenID` Connect: they get an issuer and their own credentials, and discover the rest.

use e2e::LOGOUT_URI;

use super::{
    script::Script,
    world::{SCOPES, World},
};

/// Has no query, because openid-client removes the query when it sends the redirect URI to the token endpoint.
const REDIRECT_URI: &str = "https://app.example/callback";

/// Runs a script with two applications: one whose user has a browser, and one for a machine.
async fn runs_the_flows(name: &'static str) {
    let world = World::fresh().await;
    let scopes = SCOPES.replace(' ', " --scope ");
    let parameters = format!(
        "--secret --flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI} --scope {scopes}"
    );
    let app = world.acme.application(&parameters).await;
    let parameters = "--secret --flow client_credentials --scope hr/employees.read";
    let machine = world.acme.application(parameters).await;
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

/// T7: openid-client, certified by the `OpenID` Foundation, discovers everything from the issuer. It uses code with PKCE, user info, refresh, revocation and
/// client credentials.
#[tokio::test]
async fn openid_client_runs_the_flows() {
    runs_the_flows("openid_client.mjs").await;
}

/// T7: Authlib does the same.
#[tokio::test]
async fn authlib_runs_the_flows() {
    runs_the_flows("authlib_client.py").await;
}
