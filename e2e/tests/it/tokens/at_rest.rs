//! Secrets at rest: PostgreSQL stores no password, code, token, client secret or session id in the form that clients send.

use api_types::paths;
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Pkce, REDIRECT_URI, Stack};

/// All rows of all tables of the product as one text.
const EVERYTHING: &str = "(schema_to_xml('public', true, true, '')::text || schema_to_xml('platform', true, true, '')::text)";

/// Whether a text, or its bytes in base64 (as a `bytea` column is shown), stands anywhere in the database.
async fn is_stored(stack: &Stack, text: &str) -> bool {
    let quoted = text.replace('\'', "''");
    let holds = format!(
        "position('{quoted}' in {EVERYTHING}) > 0 or position(rtrim(encode('{quoted}', 'base64'), '=') in {EVERYTHING}) > 0"
    );
    stack.postgres.db_holds(&holds).await
}

/// T4h, T4g: PostgreSQL, and so its backups and replicas, contains only digests and sealed values of these secrets. No client can be impersonated with them.
#[tokio::test]
async fn the_database_holds_no_secret_that_a_client_sends() {
    let stack = Stack::of_its_own().await;
    let acme = Company::fresh(stack).await;
    let settings = format!(
        "--secret --flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope openid"
    );
    let app = acme.application(&settings).await;
    let (admin, bare) = (acme.hr_admin().await, Actor::at(&stack.server, ""));
    let tokens = app.tokens_for(&admin, &bare, "openid").await;
    let code = app.code_for(&admin, &Pkce::fresh(), &[("scope", "openid")]).await;
    let secrets = [
        ("password", PASSWORD.to_owned()),
        ("session id", admin.session.clone().expect("the admin is signed in")),
        ("client secret", app.secret.clone().expect("the client has a secret")),
        ("refresh token", tokens.refresh_token.expect("a refresh token")),
        ("access token", tokens.access_token),
        ("ID token", tokens.id_token.expect("an ID token")),
        ("code", code),
    ];
    for (name, secret) in secrets {
        // The signature is the last part of a token, and the part that cannot be guessed.
        let secret = secret.rsplit('.').next().unwrap_or_default();
        assert!(!is_stored(stack, secret).await, "the {name} is in the database");
    }
    // The control: the search finds values that are stored in plain text.
    let email = acme.email_of(Role::HrAdmin);
    assert!(is_stored(stack, &email).await && is_stored(stack, app.id.as_str()).await);
    admin.get(paths::SESSION).expect(200).await;
}
