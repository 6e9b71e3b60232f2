//! Refresh tokens: what a refresh returns, which client may refresh, and revocation.

use api_types::paths;
use domain::Role;
use e2e::{Actor, Company, PASSWORD, REDIRECT_URI, Stack, token_part};
use serde_json::json;

use super::{CLIENT, Tokens, get_user, initiate, renew, sign_in::hash, tokens};

/// T6: a client without rotation keeps its refresh token: both operations accept it repeatedly and return no new one.
#[tokio::test]
async fn a_client_that_does_not_rotate_keeps_its_token() {
    let acme = Company::fresh(Stack::get().await).await;
    let portal = acme.application(&format!("{CLIENT} --secret --no-rotation")).await;
    let (client, email) = (acme.cognito(), acme.email_of(Role::Employee));
    let parameters = json!({
        "USERNAME": email, "PASSWORD": PASSWORD, "SECRET_HASH": hash(&portal, &email),
    });
    let body = initiate(&portal, "USER_PASSWORD_AUTH", &parameters);
    let first = Tokens::of(&client.ask("InitiateAuth", &body).expect(200).await.operation());
    let account = token_part(&first.access, 1)["sub"].as_str().unwrap().to_owned();
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "REFRESH_TOKEN_AUTH"] {
        let parameters =
            json!({ "REFRESH_TOKEN": first.refresh, "SECRET_HASH": hash(&portal, &account) });
        let body = initiate(&portal, flow, &parameters);
        let answer = client.ask("InitiateAuth", &body).expect(200).await.operation();
        assert_eq!(answer["ChallengeParameters"], json!({}));
        let next = Tokens::of(&answer);
        assert_eq!(next.refresh, "");
        assert_eq!(token_part(&next.id, 1)["at_hash"], json!(null));
        get_user(&client, &next.access).expect(200).await;
    }
    let body = json!({
        "ClientId": portal.id, "ClientSecret": portal.secret, "RefreshToken": first.refresh,
    });
    let answer = client.ask("GetTokensFromRefreshToken", &body).expect(200).await.operation();
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    assert_eq!(Tokens::of(&answer).refresh, "");
}

/// T6: an ID token of this protocol has no `at_hash`, as at AWS. One of the code flow, or of a refresh at the token endpoint, has it
/// (OpenID Connect Core §3.1.3.6).
#[tokio::test]
async fn only_an_id_token_of_the_code_flow_has_at_hash() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let parameters = format!("{CLIENT} --flow code --scope openid --redirect-uri {REDIRECT_URI}");
    let (client, portal) = (acme.cognito(), acme.application(&parameters).await);
    let at_hash = |id: &str| token_part(id, 1)["at_hash"].as_str().map(str::to_owned);
    let first = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await;
    assert_eq!(at_hash(&first.id), None);
    let next = Tokens::of(&renew(&client, &portal, &first.refresh).expect(200).await.operation());
    assert_eq!(at_hash(&next.id), None);
    let (bare, employee) = (Actor::at(&stack.server, ""), acme.employee().await);
    let by_code = portal.tokens_for(&employee, &bare, "openid").await;
    assert!(at_hash(&by_code.id_token.unwrap()).is_some());
    let grant = portal.refresh_grant(by_code.refresh_token.as_deref().unwrap());
    let renewed = bare.post_form(&portal.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert!(at_hash(&renewed.id_token.unwrap()).is_some());
    let refresh = renewed.refresh_token.unwrap();
    let by_cognito = Tokens::of(&renew(&client, &portal, &refresh).expect(200).await.operation());
    assert_eq!(at_hash(&by_cognito.id), None);
}

/// T4g, T6: a client with rotation can refresh only with the operation that returns the next refresh token.
#[tokio::test]
async fn a_client_that_rotates_gets_the_next_token() {
    let acme = Company::fresh(Stack::get().await).await;
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let first = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await;
    let body = initiate(&portal, "REFRESH_TOKEN_AUTH", &json!({ "REFRESH_TOKEN": first.refresh }));
    let refused = client.ask("InitiateAuth", &body).expect(400).await;
    assert!(refused.exception("InvalidParameterException").contains("GetTokensFromRefreshToken"));
    let second = Tokens::of(&renew(&client, &portal, &first.refresh).expect(200).await.operation());
    assert!(!second.refresh.is_empty() && second.refresh != first.refresh);
    get_user(&client, &second.access).expect(200).await;
    let third = Tokens::of(&renew(&client, &portal, &second.refresh).expect(200).await.operation());
    get_user(&client, &third.access).expect(200).await;
}

/// T1, T4g: a refresh token is accepted only at its own client, not at another client of the pool or of another company. No other token is accepted as one.
#[tokio::test]
async fn a_refresh_token_is_accepted_at_its_own_client_only() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (portal, other) = (acme.application(CLIENT).await, acme.application(CLIENT).await);
    let theirs = betaco.application(CLIENT).await;
    let given = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await;
    for (company, application) in [(&acme, &other), (&betaco, &theirs)] {
        let refused = renew(&company.cognito(), application, &given.refresh).expect(400).await;
        refused.exception("NotAuthorizedException");
    }
    for odd in [&given.access, &given.id, "", "x", &given.refresh[1..]] {
        let refused = renew(&acme.cognito(), &portal, odd).expect(400).await;
        refused.exception("NotAuthorizedException");
    }
    // The refusals did not revoke the token.
    renew(&acme.cognito(), &portal, &given.refresh).expect(200).await;
}

/// T5: a revoked refresh token and all access tokens of its family are refused on every node, at once. Tokens of another sign-in stay valid.
#[tokio::test]
async fn a_revoked_family_is_refused_on_every_node() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    let (client, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let there = acme.cognito().on(&second_node);
    let email = acme.email_of(Role::Employee);
    let (one, other) = (tokens(&acme, &portal, &email).await, tokens(&acme, &portal, &email).await);
    let next = Tokens::of(&renew(&client, &portal, &one.refresh).expect(200).await.operation());
    get_user(&there, &one.access).expect(200).await;
    let revoke = json!({ "ClientId": portal.id, "Token": next.refresh });
    for _twice in 0..2 {
        assert_eq!(client.ask("RevokeToken", &revoke).expect(200).await.operation(), json!({}));
    }
    one.assert_revoked(&portal, &[&client, &there]).await;
    next.assert_revoked(&portal, &[&client, &there]).await;
    get_user(&there, &other.access).expect(200).await;
}

/// T6: revoking an unknown token succeeds. A client cannot revoke another client's token, and only refresh tokens can be revoked.
#[tokio::test]
async fn only_its_own_client_revokes_a_token() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (portal, other) = (acme.application(CLIENT).await, acme.application(CLIENT).await);
    let server = acme.application(&format!("{CLIENT} --secret")).await;
    let theirs = betaco.application(CLIENT).await;
    let given = tokens(&acme, &portal, &acme.email_of(Role::Employee)).await;
    let revoke = |company: &Company, client_id: &domain::ClientId, token: &str| {
        let body = json!({ "ClientId": client_id, "Token": token });
        company.cognito().ask("RevokeToken", &body)
    };
    for (company, application) in [(&acme, &other), (&betaco, &theirs)] {
        let answer = revoke(company, &application.id, &given.refresh).expect(200).await;
        assert_eq!(answer.operation(), json!({}));
    }
    revoke(&acme, &portal.id, "unheard-of").expect(200).await.operation();
    for token in [&given.access, &given.id] {
        let refused = revoke(&acme, &portal.id, token).expect(400).await;
        refused.exception("UnsupportedTokenTypeException");
    }
    let refused = revoke(&acme, &server.id, &given.refresh).expect(400).await;
    refused.exception("UnauthorizedException");
    get_user(&acme.cognito(), &given.access).expect(200).await;
    renew(&acme.cognito(), &portal, &given.refresh).expect(200).await;
}
