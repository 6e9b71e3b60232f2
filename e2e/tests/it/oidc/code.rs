//! T7: the code flow with PKCE, and every reason to refuse a code.

use api_types::{OauthError, SessionView, paths};
use e2e::{Company, Pkce, REDIRECT_URI, Stack};
use futures_util::future::join_all;

use super::{SCOPES, application, bare, claims, is_accepted};

/// T7, T2: a signed-in user's browser returns with a code. The application exchanges it for tokens that name the user, the sign-in time and the application.
#[tokio::test]
async fn a_code_is_exchanged_for_tokens_of_the_signed_in_user() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (admin, app, pkce) = (acme.hr_admin().await, application(&acme, "").await, Pkce::fresh());
    let asked = app.authorize(&pkce, &[("scope", SCOPES), ("nonce", "a nonce")]);
    let reply = admin.get(&asked).expect(303).await;
    assert!(reply.set_cookies().is_empty());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let sent = reply.sent_to();
    assert_eq!(sent.address, "https://app.example/callback");
    assert_eq!(sent.parameters["kept"], "1", "the redirect address must keep its own parameters");
    assert_eq!(sent.parameters["state"], "a state & more");
    assert_eq!(sent.parameters["iss"], app.issuer, "RFC 9207");
    let grant = app.code_grant(&sent.parameters["code"], &pkce);
    let tokens = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 900));
    assert_eq!(tokens.scope, SCOPES);
    assert!(tokens.refresh_token.is_some());

    let session: SessionView = admin.get(paths::SESSION).expect(200).await.json();
    let (id, access) = (claims(&tokens.id_token.unwrap()), claims(&tokens.access_token));
    assert_eq!(id["nonce"], "a nonce");
    assert_eq!(id["aud"], app.id.as_str());
    assert_eq!(id["email"], session.email.as_str());
    assert!(id["at_hash"].is_string());
    for token in [&id, &access] {
        assert_eq!(token["iss"], app.issuer.as_str());
        assert_eq!(
            token["auth_time"],
            session.signed_in_at.timestamp(),
            "must be the time of the sign-in, not of issue"
        );
        assert_eq!(token["sub"], id["sub"]);
        assert_eq!(token["origin_jti"], id["origin_jti"]);
    }
    assert_eq!(access["client_id"], app.id.as_str());
    assert!(is_accepted(&acme, &tokens.access_token).await);
}

/// T7: an application that sends no state gets none back, and one that requests fewer scopes gets only these: no ID token without `openid`.
#[tokio::test]
async fn state_and_scopes_that_were_not_requested_are_not_returned() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "--secret").await;
    let (admin, pkce) = (acme.hr_admin().await, Pkce::fresh());
    let asked = app.authorize(&pkce, &[("scope", "hr/employees.read"), ("state", "")]);
    let sent = admin.get(&asked).expect(303).await.sent_to();
    assert!(!sent.parameters.contains_key("state"));
    let grant = app.code_grant(&sent.parameters["code"], &pkce);
    let tokens = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert_eq!((tokens.scope.as_str(), tokens.id_token), ("hr/employees.read", None));

    let whole = app.code_for(&admin, &pkce, &[]).await;
    let grant = app.code_grant(&whole, &pkce);
    let tokens = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert_eq!(
        tokens.scope, SCOPES,
        "a request without `scope` gets all scopes that the application may request"
    );
}

/// T7: a code is accepted only with the client, the redirect address and the verifier of its request. One attempt of its company's client uses it up.
#[tokio::test]
async fn a_code_is_bound_to_client_redirect_address_and_verifier() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, other) = (application(&acme, "").await, application(&acme, "").await);
    let (foreign, admin) = (application(&betaco, "").await, acme.hr_admin().await);
    let (client, wrong, unknown_code) = (bare(stack), Pkce::fresh(), "A".repeat(64));
    for (what, at, changed) in [
        ("another verifier", &app, ("code_verifier", wrong.verifier.as_str())),
        ("the challenge for the verifier", &app, ("code_verifier", "CHALLENGE")),
        ("a malformed verifier", &app, ("code_verifier", "short")),
        ("another address", &app, ("redirect_uri", "https://app.example/callback")),
        ("another client of the company", &other, ("client_id", other.id.as_str())),
        ("a client of another company", &foreign, ("client_id", foreign.id.as_str())),
        ("an unknown code", &app, ("code", unknown_code.as_str())),
        ("a malformed code", &app, ("code", "code")),
    ] {
        let pkce = Pkce::fresh();
        let code = app.code_for(&admin, &pkce, &[]).await;
        let value = if changed.1 == "CHALLENGE" { &pkce.challenge } else { changed.1 };
        let mut grant = app.code_grant(&code, &pkce);
        grant.retain(|(name, _)| *name != changed.0);
        grant.push((changed.0, value));
        let reply = client.post_form(&at.path(paths::TOKEN), &grant).send().await;
        assert_eq!(reply.status, 400, "{what}");
        reply.oauth(OauthError::InvalidGrant);
    }
    // The attempt of the other company's client does not use the code up. An attempt with a wrong verifier does.
    let (one, two) = (Pkce::fresh(), Pkce::fresh());
    let code = app.code_for(&admin, &one, &[]).await;
    let grant = foreign.code_grant(&code, &one);
    client.post_form(&foreign.path(paths::TOKEN), &grant).expect(400).await;
    let grant = app.code_grant(&code, &two);
    client.post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    let grant = app.code_grant(&code, &one);
    let spent = client.post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    spent.oauth(OauthError::InvalidGrant);
}

/// T7, T5: a code that is used twice was probably stolen, so the tokens of its first use are revoked at once.
#[tokio::test]
async fn a_reused_code_revokes_the_tokens_of_its_first_use() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin, pkce) = (application(&acme, "").await, acme.hr_admin().await, Pkce::fresh());
    let code = app.code_for(&admin, &pkce, &[]).await;
    let (client, token, grant) =
        (bare(stack), app.path(paths::TOKEN), app.code_grant(&code, &pkce));
    let tokens = client.post_form(&token, &grant).expect(200).await.tokens();
    assert!(is_accepted(&acme, &tokens.access_token).await);
    client.post_form(&token, &grant).expect(400).await.oauth(OauthError::InvalidGrant);
    assert!(!is_accepted(&acme, &tokens.access_token).await);
    let refresh = tokens.refresh_token.unwrap();
    let again = client.post_form(&token, &app.refresh_grant(&refresh)).expect(400).await;
    again.oauth(OauthError::InvalidGrant);
    // The session is not affected.
    admin.get(paths::EMPLOYEES).expect(200).await;
}

/// T7: of many requests with one code at once, on two nodes, at most one gets tokens, and these are revoked once the other requests were answered.
#[tokio::test]
async fn a_code_used_many_times_at_once_gives_no_lasting_tokens() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (app, admin) = (application(&acme, "").await, acme.hr_admin().await);
    for _round in 0..5 {
        let pkce = Pkce::fresh();
        let code = app.code_for(&admin, &pkce, &[]).await;
        let (token, grant) = (app.path(paths::TOKEN), app.code_grant(&code, &pkce));
        let clients = [bare(stack), bare(stack).on(&second)];
        let all = (0..10).map(|at| clients[at % 2].post_form(&token, &grant).with_retry().send());
        let replies = join_all(all).await;
        let given: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
        assert!(given.len() <= 1, "{} requests got tokens", given.len());
        for reply in given {
            let tokens = reply.tokens();
            assert!(!is_accepted(&acme, &tokens.access_token).await);
            let refresh = tokens.refresh_token.unwrap();
            let grant = app.refresh_grant(&refresh);
            bare(stack).post_form(&token, &grant).expect(400).await.oauth(OauthError::InvalidGrant);
        }
    }
}

/// T7, P4: if the user signs out everywhere between code and exchange, the code gives no tokens.
#[tokio::test]
async fn a_code_gives_no_tokens_after_signing_out_everywhere() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin, pkce) = (application(&acme, "").await, acme.hr_admin().await, Pkce::fresh());
    let code = app.code_for(&admin, &pkce, &[("redirect_uri", REDIRECT_URI)]).await;
    admin.request(reqwest::Method::DELETE, paths::SESSIONS).expect(204).await;
    let grant = app.code_grant(&code, &pkce);
    let reply = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    reply.oauth(OauthError::InvalidGrant);
}
