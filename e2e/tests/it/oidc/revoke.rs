//! T5: an application revokes its tokens, and they are refused at once.

use api_types::{OauthError, TokenReply, paths};
use e2e::{Application, Company, Reply, Stack};

use super::{SCOPES, application, bare, is_accepted};

async fn revoke(stack: &Stack, app: &Application, token: &str, status: u16) -> Reply {
    let form = app.shown(&[("token", token)]);
    bare(stack).post_form(&app.path(paths::REVOKE), &form).expect(status).await
}

async fn refreshes(stack: &Stack, app: &Application, tokens: &TokenReply) -> bool {
    let grant = app.refresh_grant(tokens.refresh_token.as_deref().unwrap());
    bare(stack).post_form(&app.path(paths::TOKEN), &grant).with_retry().send().await.status == 200
}

/// T5: revoking an access token or a refresh token revokes all tokens of its sign-in, on every node. Tokens of other sign-ins stay valid.
#[tokio::test]
async fn revoking_one_token_revokes_all_tokens_of_its_sign_in() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (app, admin) = (application(&acme, "--secret").await, acme.hr_admin().await);
    let other = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    for shown in ["refresh_token", "access_token"] {
        let tokens = app.tokens_for(&admin, &bare(stack), SCOPES).await;
        let given_back = match shown {
            "refresh_token" => tokens.refresh_token.clone().unwrap(),
            _ => tokens.access_token.clone(),
        };
        assert!(is_accepted(&acme, &tokens.access_token).await);
        revoke(stack, &app, &given_back, 200).await;
        assert!(!is_accepted(&acme, &tokens.access_token).await, "{shown}");
        let there = acme.visitor_on(&second).get_with_token(paths::EMPLOYEES, &tokens.access_token);
        there.expect(401).await;
        assert!(!refreshes(stack, &app, &tokens).await, "{shown}");
        revoke(stack, &app, &given_back, 200).await;
    }
    assert!(is_accepted(&acme, &other.access_token).await && refreshes(stack, &app, &other).await);
}

/// T5: a client cannot revoke another client's token, and the reply does not show whether it exists. A machine's token cannot be revoked.
#[tokio::test]
async fn a_token_of_another_client_is_not_revoked() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, other) = (application(&acme, "").await, application(&acme, "").await);
    let foreign = application(&betaco, "").await;
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), SCOPES).await;
    for stranger in [&other, &foreign] {
        for token in [tokens.refresh_token.as_ref().unwrap(), &tokens.access_token] {
            let reply = revoke(stack, stranger, token, 200).await;
            assert!(reply.body.is_empty());
        }
    }
    for nothing in ["x", &"A".repeat(43), "a.b.c", tokens.id_token.as_ref().unwrap()] {
        assert!(revoke(stack, &app, nothing, 200).await.body.is_empty());
    }
    assert!(
        is_accepted(&acme, &tokens.access_token).await && refreshes(stack, &app, &tokens).await
    );
    let form = app.shown(&[]);
    let reply = bare(stack).post_form(&app.path(paths::REVOKE), &form).expect(400).await;
    reply.oauth(OauthError::InvalidRequest);

    let parameters = "--flow client_credentials --scope hr/employees.read --secret";
    let machine = acme.application(parameters).await;
    let grant = machine.shown(&[("grant_type", "client_credentials")]);
    let given =
        bare(stack).post_form(&machine.path(paths::TOKEN), &grant).expect(200).await.tokens();
    let reply = revoke(stack, &machine, &given.access_token, 400).await;
    reply.oauth(OauthError::UnsupportedTokenType);
}
