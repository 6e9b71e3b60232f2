//! T4g: refresh tokens at the token endpoint.

use api_types::{OauthError, TokenReply, paths};
use e2e::{Application, Company, Reply, Stack};

use futures_util::future::join_all;

use super::{SCOPES, application, bare, claims, is_accepted};

async fn refresh(stack: &Stack, app: &Application, token: &str, status: u16) -> Reply {
    bare(stack).post_form(&app.path(paths::TOKEN), &app.refresh_grant(token)).expect(status).await
}

fn token(tokens: &TokenReply) -> &str {
    tokens.refresh_token.as_deref().unwrap()
}

/// T4g: each use returns the next token of the same sign-in. Within the grace period a repeated use returns the same token, in case the reply was lost.
#[tokio::test]
async fn each_refresh_returns_the_next_token() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "--secret").await;
    let first = app.tokens_for(&acme.hr_admin().await, &bare(stack), SCOPES).await;
    let second = refresh(stack, &app, token(&first), 200).await.tokens();
    assert_ne!(token(&first), token(&second));
    assert_eq!(second.scope, SCOPES);
    let [one, other] = [&first, &second].map(|tokens| claims(tokens.id_token.as_ref().unwrap()));
    for same in ["sub", "aud", "iss", "auth_time", "origin_jti"] {
        assert_eq!(one[same], other[same], "{same}");
    }
    assert_ne!(one["jti"], other["jti"]);
    assert!(other.get("nonce").is_none(), "a nonce belongs to one authorization request");
    assert!(is_accepted(&acme, &second.access_token).await);
    let again = refresh(stack, &app, token(&first), 200).await.tokens();
    assert_eq!(token(&again), token(&second), "a repeated use must return the same token");
    refresh(stack, &app, token(&second), 200).await.tokens();
}

/// T4g, T5: a replaced token that is used again after the grace period revokes all tokens of its sign-in.
#[tokio::test]
async fn a_replaced_token_that_is_reused_revokes_the_family() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "--grace-seconds 0").await;
    let first = app.tokens_for(&acme.hr_admin().await, &bare(stack), SCOPES).await;
    let second = refresh(stack, &app, token(&first), 200).await.tokens();
    refresh(stack, &app, token(&first), 400).await.oauth(OauthError::InvalidGrant);
    refresh(stack, &app, token(&second), 400).await.oauth(OauthError::InvalidGrant);
    for tokens in [first, second] {
        assert!(!is_accepted(&acme, &tokens.access_token).await);
    }
}

/// T4g: this works every time and on each node: two hundred reused tokens revoke two hundred families.
#[tokio::test]
async fn two_hundred_reused_tokens_revoke_two_hundred_families() {
    let stack = Stack::get().await;
    // Eight hundred wrong refresh tokens come from one address.
    let config = stack.server_config().with("WATERTIGHT_LIMIT_REFRESH_TOKEN", "1000/1");
    let servers = [config.start().await, config.start().await];
    let acme = Company::fresh(stack).await;
    acme.sign_with("ES256").await;
    let (app, admin) = (application(&acme, "--grace-seconds 0").await, acme.hr_admin().await);
    let nodes = [0, 1].map(|node| bare(stack).on(&servers[node]));
    let renew = async |node: usize, token: &str, status: u16| {
        let asked = nodes[node % 2].post_form(&app.path(paths::TOKEN), &app.refresh_grant(token));
        asked.expect(status).await
    };
    let one = async |round: usize| {
        let first = app.tokens_for(&admin, &nodes[0], SCOPES).await;
        let next = renew(round, token(&first), 200).await.tokens();
        let replayed = renew(round + round / 2, token(&first), 400).await;
        replayed.oauth(OauthError::InvalidGrant);
        for (node, tokens) in [(0, &next), (1, &next), (0, &first)] {
            renew(node, token(tokens), 400).await.oauth(OauthError::InvalidGrant);
            let host = acme.visitor().on(&servers[node]);
            host.get_with_token(paths::EMPLOYEES, &tokens.access_token).expect(401).await;
        }
    };
    for round in (0..200).step_by(10) {
        join_all((round..round + 10).map(one)).await;
    }
}

/// T4g: a refresh token is accepted only from its own client and not as an access token. An application that may not refresh gets none.
#[tokio::test]
async fn a_refresh_token_is_accepted_from_its_own_client_only() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, other) = (application(&acme, "").await, application(&acme, "").await);
    let (foreign, admin) = (application(&betaco, "").await, acme.hr_admin().await);
    let tokens = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    for stranger in [&other, &foreign] {
        let reply = refresh(stack, stranger, token(&tokens), 400).await;
        reply.oauth(OauthError::InvalidGrant);
    }
    assert!(!is_accepted(&acme, token(&tokens)).await);
    let wide = app.shown(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", token(&tokens)),
        ("scope", "openid hr/salaries.read"),
    ]);
    let reply = bare(stack).post_form(&app.path(paths::TOKEN), &wide).expect(400).await;
    reply.oauth(OauthError::InvalidScope);
    refresh(stack, &app, token(&tokens), 200).await.tokens();

    let parameters = format!("--flow code --scope openid --redirect-uri {}", e2e::REDIRECT_URI);
    let once = acme.application(&parameters).await;
    let tokens = once.tokens_for(&admin, &bare(stack), "openid").await;
    assert_eq!(tokens.refresh_token, None);
}
