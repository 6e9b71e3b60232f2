//! T1, T7: discovery: what a client learns from the issuer alone.

use api_types::{Code, Discovery, paths};
use e2e::{Company, Stack, token_part};
use reqwest::Method;
use serde_json::Value;

use super::{SCOPES, application, bare};

/// T7, T1: the discovery document is at the bare host and at the company's own host, and not found at another company's.
#[tokio::test]
async fn the_discovery_document_is_served_at_the_bare_and_company_host() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let app = application(&acme, "").await;
    let (path, home) = (app.path(paths::DISCOVERY), acme.visitor().origin());
    assert_eq!(
        format!("http://{}{path}", bare(stack).host()),
        format!("{}/.well-known/openid-configuration", app.issuer)
    );
    let reply = bare(stack).get(&path).expect(200).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert!(reply.header("cache-control").unwrap().starts_with("public, max-age="));
    let document: Discovery = reply.json();
    assert_eq!(document.issuer, app.issuer);
    assert_eq!(document.token_endpoint, format!("{}/oauth2/token", app.issuer));
    assert_eq!(document.userinfo_endpoint, format!("{}/oauth2/userInfo", app.issuer));
    assert_eq!(document.jwks_uri, format!("{}/.well-known/jwks.json", app.issuer));
    assert_eq!(document.authorization_endpoint, format!("{home}{}", app.path(paths::AUTHORIZE)));
    assert_eq!(document.end_session_endpoint, format!("{home}{}", app.path(paths::LOGOUT)));
    assert_eq!(document.code_challenge_methods_supported, ["S256"]);
    assert_eq!(document.id_token_signing_alg_values_supported, ["RS256"]);
    assert!(document.authorization_response_iss_parameter_supported);
    assert_eq!(acme.visitor().get(&path).expect(200).await.json::<Discovery>(), document);
    betaco.visitor().get(&path).expect(404).await.problem(Code::NotFound);
    let unknown = path.replace(app.pool.as_str(), "eu-local-1_Nobody1");
    bare(stack).get(&unknown).expect(404).await.problem(Code::NotFound);
}

/// T7: the same document is found by clients that put the well-known part before the issuer's path (RFC 8414 §3.1, §5).
#[tokio::test]
async fn the_discovery_document_is_found_before_the_path_too() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let app = application(&acme, "").await;
    let document: Discovery = bare(stack).get(&app.path(paths::DISCOVERY)).expect(200).await.json();
    for path in [paths::AUTHORIZATION_SERVER, paths::DISCOVERY_BEFORE_PATH] {
        let path = app.path(path);
        let (issuer, host) = (app.issuer.as_str(), bare(stack).host().to_owned());
        assert_eq!(issuer.replace(&format!("http://{host}/"), ""), app.pool.as_str());
        for actor in [bare(stack), acme.visitor()] {
            let reply = actor.get(&path).expect(200).await;
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
            assert!(reply.header("cache-control").unwrap().starts_with("public, max-age="));
            assert_eq!(reply.json::<Discovery>(), document, "{path}");
        }
        let preflight = bare(stack).request(Method::OPTIONS, &path);
        let preflight = preflight.header("access-control-request-method", "GET").expect(204).await;
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        betaco.visitor().get(&path).expect(404).await.problem(Code::NotFound);
        let unknown = path.replace(app.pool.as_str(), "eu-local-1_Nobody1");
        bare(stack).get(&unknown).expect(404).await.problem(Code::NotFound);
    }
}

/// T1: a pool publishes the keys that it signs with, one for each use and without private members. Another company publishes other keys.
#[tokio::test]
async fn the_keys_that_sign_are_published() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (app, foreign) = (application(&acme, "").await, application(&betaco, "").await);
    // The first request for the keys creates them, before anything is signed.
    let keys = |path: String| async move {
        let set: Value = bare(stack).get(&path).expect(200).await.json();
        set["keys"].as_array().unwrap().clone()
    };
    let (own, theirs) = (keys(app.path(paths::JWKS)).await, keys(foreign.path(paths::JWKS)).await);
    assert_eq!((own.len(), theirs.len()), (2, 2));
    for key in &own {
        assert_eq!(
            (key["kty"].as_str(), key["alg"].as_str(), key["use"].as_str()),
            (Some("RSA"), Some("RS256"), Some("sig"))
        );
        assert!(key["n"].is_string() && key["e"] == "AQAB" && key["kid"].is_string());
        for secret in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(secret).is_none(), "{secret}");
        }
        assert!(theirs.iter().all(|other| other["kid"] != key["kid"] && other["n"] != key["n"]));
    }
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), SCOPES).await;
    let kid = |token: &str| token_part(token, 0)["kid"].clone();
    let (id, access) = (kid(&tokens.id_token.unwrap()), kid(&tokens.access_token));
    assert_ne!(id, access);
    for signed in [id, access] {
        assert!(own.iter().any(|key| key["kid"] == signed), "{signed}");
    }
    betaco.visitor().get(&app.path(paths::JWKS)).expect(404).await.problem(Code::NotFound);
}

/// T7: a page of any site may call the endpoints that use no cookie, and read their refusals. The endpoints that use the session cookie allow no other origin.
#[tokio::test]
async fn pages_of_other_sites_may_call_endpoints_without_cookies() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "").await;
    let asks = |path: &str| {
        let request = acme.visitor().request(Method::OPTIONS, &app.path(path));
        request
            .header("origin", "https://app.example")
            .header("access-control-request-method", "POST")
    };
    for path in [paths::TOKEN, paths::REVOKE, paths::USER_INFO, paths::JWKS, paths::DISCOVERY] {
        let reply = asks(path).expect(204).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
        let headers = reply.header("access-control-allow-headers").unwrap();
        assert!(headers.contains("authorization") && headers.contains('*'), "{headers}");
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
    let refused = bare(stack).get(&app.path(paths::USER_INFO)).expect(401).await;
    refused.problem(Code::InvalidToken);
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    for path in [paths::AUTHORIZE, paths::LOGOUT] {
        let reply = asks(path).send().await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        let reply = acme.visitor().get(&app.path(path)).send().await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
    }
}
