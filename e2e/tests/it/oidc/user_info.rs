//! T3: the user-info endpoint returns what an access token does not contain.

use api_types::{Code, Identity, UserInfo, paths};
use domain::Role;
use e2e::{Company, Reply, Stack};
use reqwest::Method;

use super::{SCOPES, application, bare, claims};

fn challenge(reply: &Reply) -> &str {
    reply.header("www-authenticate").unwrap()
}

/// T3: with an access token, `whoami` returns no email address and points to the user-info endpoint, which returns it.
#[tokio::test]
async fn user_info_returns_the_address_that_an_access_token_lacks() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "").await;
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), SCOPES).await;
    let (access, path) = (&tokens.access_token, app.path(paths::USER_INFO));
    let who: Identity =
        acme.visitor().get_with_token(paths::WHOAMI, access).expect(200).await.json();
    assert_eq!((who.email, who.name), (None, None));
    assert!(who.no_email_reason.unwrap().contains("user-info"));
    let said = claims(access);
    for client in [bare(stack).of(&acme.canary), acme.visitor()] {
        let reply = client.get_with_token(&path, access).expect(200).await;
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let info: UserInfo = reply.json();
        assert_eq!(info.sub.to_string(), said["sub"].as_str().unwrap());
        assert_eq!(info.email.unwrap().as_str(), acme.email_of(Role::HrAdmin).to_lowercase());
        assert_eq!(info.email_verified, Some(true));
        assert!(info.name.unwrap().contains(acme.canary.as_str()));
    }
    let post = bare(stack).of(&acme.canary).request(Method::POST, &path);
    post.header("authorization", &format!("Bearer {access}")).expect(200).await;
}

/// T3: the scopes decide which claims it returns. It refuses a token without `openid`.
#[tokio::test]
async fn user_info_returns_the_claims_of_the_scopes() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin) = (application(&acme, "").await, acme.hr_admin().await);
    let path = app.path(paths::USER_INFO);
    for (scope, email, name) in
        [("openid", false, false), ("openid email", true, false), ("openid profile", false, true)]
    {
        let tokens = app.tokens_for(&admin, &bare(stack), scope).await;
        let info: UserInfo =
            acme.visitor().get_with_token(&path, &tokens.access_token).expect(200).await.json();
        let parameters = (info.email.is_some(), info.email_verified.is_some(), info.name.is_some());
        assert_eq!(parameters, (email, email, name), "{scope}");
    }
    let without = bare(stack).get(&path).expect(401).await;
    assert!(without.problem(Code::InvalidToken).detail.contains("has no access token"));
    assert_eq!(challenge(&without), "Bearer");
    let tokens = app.tokens_for(&admin, &bare(stack), "email profile").await;
    let reply = acme.visitor().get_with_token(&path, &tokens.access_token).expect(403).await;
    reply.problem(Code::InsufficientScope);
    assert_eq!(challenge(&reply), "Bearer error=\"insufficient_scope\", scope=\"openid\"");
}

/// T3, T4d: it accepts only a valid access token of this pool: no ID token, refresh token or session, no token of a machine or another company, no revoked one.
#[tokio::test]
async fn user_info_accepts_only_valid_access_tokens_of_its_pool() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, foreign) = (application(&acme, "").await, application(&betaco, "").await);
    let (admin, path) = (acme.hr_admin().await, app.path(paths::USER_INFO));
    let own = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    let theirs = foreign.tokens_for(&betaco.hr_admin().await, &bare(stack), SCOPES).await;
    let refresh = own.refresh_token.clone().unwrap();
    for odd in [own.id_token.as_ref().unwrap(), &theirs.access_token, &refresh, "a.b.c"] {
        let reply = bare(stack).get_with_token(&path, odd).expect(401).await;
        reply.problem(Code::InvalidToken);
        assert!(challenge(&reply).starts_with("Bearer error=\"invalid_token\""));
    }
    let reply = admin.get(&path).expect(401).await;
    assert_eq!(challenge(&reply), "Bearer");
    betaco.visitor().get_with_token(&path, &own.access_token).expect(404).await;

    let parameters = "--flow client_credentials --scope hr/employees.read --secret";
    let machine = acme.application(parameters).await;
    let grant = machine.shown(&[("grant_type", "client_credentials")]);
    let given =
        bare(stack).post_form(&machine.path(paths::TOKEN), &grant).expect(200).await.tokens();
    let reply = bare(stack).get_with_token(&path, &given.access_token).expect(403).await;
    reply.problem(Code::InsufficientScope);

    acme.visitor().get_with_token(&path, &own.access_token).expect(200).await;
    let form = app.shown(&[("token", &refresh)]);
    bare(stack).post_form(&app.path(paths::REVOKE), &form).expect(200).await;
    let reply = acme.visitor().get_with_token(&path, &own.access_token).expect(401).await;
    assert!(challenge(&reply).contains("revoked"), "{}", challenge(&reply));
}
