//! Third-party libraries that verify tokens: they get the issuer, and must find its keys.

use domain::Role;
use e2e::{Company, LOGOUT_URI, REDIRECT_URI, Stack};

use super::{
    script::Script,
    world::{SCOPES, World},
};

/// Runs a script with tokens of one company, and with a token that another company's pool signed.
async fn accepts_the_tokens(name: &'static str) {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let world = World::of(acme).await;
    let scopes = SCOPES.replace(' ', " --scope ");
    let parameters = format!(
        "--flow code --redirect-uri {REDIRECT_URI} --logout-uri {LOGOUT_URI} --scope {scopes}"
    );
    let (app, theirs) =
        (world.acme.application(&parameters).await, betaco.application(&parameters).await);
    let own = app.tokens_for(&world.employee().await, &world.bare(), SCOPES).await;
    let them = betaco.actor_on(&world.node, Role::Employee).await;
    let foreign = theirs.tokens_for(&them, &world.bare(), SCOPES).await;
    Script::named(name)
        .with("ISSUER", world.issuer())
        .with("CLIENT_ID", app.id.as_str())
        .with("ID_TOKEN", own.id_token.unwrap())
        .with("ACCESS_TOKEN", own.access_token)
        .with("FOREIGN_TOKEN", foreign.id_token.unwrap())
        .succeeds()
        .await;
}

/// T2, T7: AWS's own verifier accepts ID and access tokens by the issuer's published keys, as Cognito's. It refuses another use, client or pool.
#[tokio::test]
async fn aws_jwt_verify_accepts_the_tokens() {
    accepts_the_tokens("aws_jwt_verify.mjs").await;
}

/// T2, T7: `PyJWT` does the same. It finds the key by the token's key id.
#[tokio::test]
async fn pyjwt_accepts_the_tokens() {
    accepts_the_tokens("pyjwt_verify.py").await;
}
