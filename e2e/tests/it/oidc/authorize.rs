//! T7: where the authorization endpoint redirects a browser, and when it does not redirect.

use api_types::{Code, OauthError, paths};
use e2e::{Company, Pkce, REDIRECT_URI, SentTo, Stack};

use super::{SCOPES, application, bare};

/// T7: unless the client and its redirect address are valid, the browser is not redirected, whatever else is wrong and whether or not the user is signed in.
#[tokio::test]
async fn no_browser_is_redirected_to_an_unregistered_address() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (app, foreign) = (application(&acme, "").await, application(&betaco, "").await);
    let (admin, pkce) = (acme.hr_admin().await, Pkce::fresh());
    let upper = REDIRECT_URI.replace("app", "APP");
    for other in [
        ("client_id", "nobody"),
        ("client_id", ""),
        ("client_id", "*"),
        ("client_id", foreign.id.as_str()),
        ("redirect_uri", ""),
        ("redirect_uri", "https://app.example/callback"),
        ("redirect_uri", "https://app.example/callback?kept=1&more=1"),
        ("redirect_uri", "https://app.example/callback?kept=1/"),
        ("redirect_uri", "https://app.example/callback/../callback?kept=1"),
        ("redirect_uri", "https://app.example.evil.example/callback?kept=1"),
        ("redirect_uri", "http://app.example/callback?kept=1"),
        ("redirect_uri", "https://app.example/callback?kept=1#x"),
        ("redirect_uri", upper.as_str()),
        ("redirect_uri", "/people"),
    ] {
        for actor in [&admin, &acme.visitor()] {
            let reply = actor.get(&app.authorize(&pkce, &[other])).expect(400).await;
            reply.problem(Code::BadRequest);
            assert_eq!(reply.header("location"), None, "{other:?}");
        }
    }
    for twice in ["client_id", "redirect_uri"] {
        let asked = format!("{}&{twice}=x", app.authorize(&pkce, &[]));
        assert_eq!(admin.get(&asked).expect(400).await.header("location"), None, "{twice}");
    }
    let long = "a".repeat(4096);
    admin.get(&app.authorize(&pkce, &[("state", &long)])).expect(400).await;
}

fn redirects_with_error(sent: &SentTo, error: &str, issuer: &str) {
    assert_eq!(sent.address, "https://app.example/callback");
    assert_eq!(sent.parameters["error"], error, "{sent:?}");
    assert_eq!(sent.parameters["state"], "a state & more");
    assert_eq!(sent.parameters["iss"], issuer);
    assert!(!sent.parameters.contains_key("code"));
}

/// T7: any other error goes to the application's redirect address, with its state and the issuer. The user is not asked to sign in first.
#[tokio::test]
async fn an_application_gets_the_error_of_its_request() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, admin, pkce) = (application(&acme, "").await, acme.hr_admin().await, Pkce::fresh());
    for (other, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("scope", "openid hr/employees.write"), "invalid_scope"),
        (("scope", "unknown"), "invalid_scope"),
        (("scope", " "), "invalid_scope"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "other"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("request", "a.b.c"), "request_not_supported"),
        (("request_uri", "https://evil.example/"), "request_uri_not_supported"),
        (("nonce", "n".repeat(513).as_str()), "invalid_request"),
    ] {
        for actor in [&admin, &acme.visitor()] {
            let sent = actor.get(&app.authorize(&pkce, &[other])).expect(303).await.sent_to();
            redirects_with_error(&sent, error, &app.issuer);
        }
    }
    let twice = format!("{}&nonce=a&nonce=b", app.authorize(&pkce, &[]));
    redirects_with_error(
        &admin.get(&twice).expect(303).await.sent_to(),
        "invalid_request",
        &app.issuer,
    );
    let passwords = acme
        .application(&format!(
            "--flow USER_PASSWORD_AUTH --scope openid --redirect-uri {REDIRECT_URI}"
        ))
        .await;
    let sent = admin.get(&passwords.authorize(&pkce, &[])).expect(303).await.sent_to();
    redirects_with_error(&sent, "unauthorized_client", &app.issuer);
}

/// T7: an unknown scope is ignored, also at a refresh, and the answer names the granted scopes (OpenID Connect Core §3.1.2.1).
#[tokio::test]
async fn an_unknown_scope_is_ignored() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin) = (application(&acme, "").await, acme.hr_admin().await);
    let first = app.tokens_for(&admin, &bare(stack), "openid offline_access email").await;
    assert_eq!(first.scope, "openid email");
    let refresh = first.refresh_token.unwrap();
    let mut grant = app.refresh_grant(&refresh);
    grant.push(("scope", "openid offline_access"));
    let again = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert_eq!(again.scope, "openid email");
    let mut grant = app.refresh_grant(again.refresh_token.as_deref().unwrap());
    grant.push(("scope", "openid hr/employees.write"));
    let refused = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
    refused.oauth(OauthError::InvalidScope);
}

/// T7: for an unknown application or address a browser gets an error page, and a program gets the same error as JSON.
#[tokio::test]
async fn a_browser_gets_an_error_as_a_page() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (path, detail) in [
        (app.authorize(&pkce, &[("client_id", "nobody")]), "`client_id` names no application"),
        (app.authorize(&pkce, &[("client_id", "")]), "`client_id` is missing"),
        (
            app.authorize(&pkce, &[("redirect_uri", "https://evil.example/")]),
            "`redirect_uri` is not registered",
        ),
        (app.authorize(&pkce, &[("redirect_uri", "")]), "`redirect_uri` is missing"),
        (
            format!("{}?client_id=nobody&post_logout_redirect_uri=x", app.path(paths::LOGOUT)),
            "`post_logout_redirect_uri` needs",
        ),
    ] {
        let page = acme.visitor().get(&path).header("accept", browser).expect(400).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(page.header("location"), None);
        assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert!(page.text().contains(detail), "{}", page.text());
        assert!(page.text().contains(page.header("x-request-id").unwrap()));
        assert!(!page.text().contains("evil.example"));
        let program = acme.visitor().get(&path).header("accept", "*/*").expect(400).await;
        assert!(program.problem(Code::BadRequest).detail.contains(detail));
    }
}

/// T7: a user who is not signed in is redirected to the company's sign-in page, which leads back to exactly the same request. Then the application gets a code.
#[tokio::test]
async fn a_user_who_is_not_signed_in_signs_in_and_returns() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    let asked = app.authorize(&pkce, &[("scope", SCOPES), ("state", "%2F/é&?=#")]);
    let sent = acme.visitor().get(&asked).expect(303).await.sent_to();
    assert_eq!((sent.address.as_str(), sent.parameters.len()), ("/sign-in", 1));
    assert_eq!(sent.parameters["next"], asked);
    let back = acme.hr_admin().await.get(&sent.parameters["next"]).expect(303).await.sent_to();
    assert!(back.parameters.contains_key("code"));
    assert_eq!(back.parameters["state"], "%2F/é&?=#");
}

/// T7, I3: a session of another company counts as not signed in. Another company's pool is not found at this host, and the bare host has no authorization
/// endpoint.
#[tokio::test]
async fn the_session_and_pool_of_another_tenant_are_not_accepted() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, foreign, pkce) =
        (application(&acme, "").await, application(&betaco, "").await, Pkce::fresh());
    let (asked, abroad) = (app.authorize(&pkce, &[]), betaco.hr_admin().await);
    let carried = abroad.clone().with_host(acme.visitor().host());
    assert_eq!(carried.get(&asked).expect(303).await.sent_to().address, "/sign-in");
    abroad.get(&asked).expect(404).await.problem(Code::NotFound);
    acme.hr_admin().await.get(&foreign.authorize(&pkce, &[])).expect(404).await;
    let at_unknown_pool = asked.replace(app.pool.as_str(), "eu-local-1_Nobody1");
    acme.visitor().get(&at_unknown_pool).expect(404).await.problem(Code::NotFound);
    bare(stack).get(&asked).expect(400).await.problem(Code::CompanyHostRequired);
    // An access token does not replace a session.
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), "openid").await;
    let sent =
        acme.visitor().get_with_token(&asked, &tokens.access_token).expect(303).await.sent_to();
    assert_eq!(sent.address, "/sign-in");
}

/// T7, I3: every endpoint refuses a closed company: it issues no code and no tokens, and publishes no keys.
#[tokio::test]
async fn a_closed_tenant_issues_no_codes_tokens_or_keys() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin, pkce) = (application(&acme, "").await, acme.hr_admin().await, Pkce::fresh());
    let code = app.code_for(&admin, &pkce, &[]).await;
    let tokens = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    let refresh = tokens.refresh_token.unwrap();
    for (verb, http, problem) in
        [("suspend", 403, Code::CompanyClosed), ("delete", 404, Code::UnknownCompany)]
    {
        let close = ["tenant", verb, "--slug", acme.slug.as_str()];
        stack.server_config().run(&close).await.succeeded();
        let client = bare(stack);
        let of = |path| app.path(path);
        let refused = [
            admin.get(&app.authorize(&pkce, &[])),
            admin.get(&of(paths::LOGOUT)),
            client.get(&of(paths::DISCOVERY)),
            client.get(&of(paths::JWKS)),
            client.get_with_token(&of(paths::USER_INFO), &tokens.access_token),
            client.post_form(&of(paths::TOKEN), &app.code_grant(&code, &pkce)),
            client.post_form(&of(paths::TOKEN), &app.refresh_grant(&refresh)),
            client.post_form(&of(paths::REVOKE), &app.shown(&[("token", &refresh)])),
        ];
        for (at, request) in refused.into_iter().enumerate() {
            let reply = request.send().await;
            assert_eq!(reply.status, http, "{verb}, {at}: {}", reply.text());
            reply.problem(problem);
        }
    }
}
