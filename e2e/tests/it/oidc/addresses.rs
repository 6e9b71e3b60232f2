//! T7, G14: which redirect addresses an operator may register, and to which of them a browser is redirected.

use api_types::{OauthError, paths};
use e2e::{Application, Company, Pkce, Stack};

use super::bare;

/// Registers an address. Returns the command's error, or `None` if the address was registered.
async fn refused(company: &Company, option: &str, address: &str) -> Option<String> {
    let arguments = [
        "client",
        "put",
        "--company",
        company.slug.as_str(),
        "--name",
        "Test",
        "--flow",
        "code",
        "--scope",
        "openid",
        "--redirect-uri",
        "https://app.example/callback",
        option,
        address,
    ];
    let finished = Stack::get().await.server_config().run(&arguments).await;
    (finished.code != Some(0)).then_some(finished.stderr)
}

/// G14, T7: an address uses `https`, `http` to a loopback host or a private-use scheme, and is written as clients send it. Others are refused with a hint.
#[tokio::test]
async fn an_unusable_redirect_uri_cannot_be_registered() {
    let acme = Company::fresh(Stack::get().await).await;
    for option in ["--redirect-uri", "--logout-uri"] {
        for (address, hint) in [
            ("https://münchen.example/cb", "write it as `https://xn--mnchen-3ya.example/cb`"),
            ("https://rp.example/cb ", "write it as `https://rp.example/cb`"),
            ("http://rp.example/cb", "use `https`"),
            ("javascript://rp.example/%0Aalert(1)", "use `https`"),
            ("data:text/html,hello", "use `https`"),
            ("myapp:/callback", "such as `com.example.app:/callback`"),
            ("com.example.app://callback", "write it as `com.example.app:/callback`"),
            ("https://rp.example/cb#x", "leave out `#`"),
            ("https://user@rp.example/cb", "leave out the part before `@`"),
            ("https://*.rp.example/cb", "register every address"),
        ] {
            let said = refused(&acme, option, address).await;
            let said = said.unwrap_or_else(|| panic!("{option} {address} was accepted"));
            assert!(said.contains(&format!("hint: {hint}")) || said.contains(hint), "{said}");
        }
        for address in [
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(refused(&acme, option, address).await, None, "{option} {address}");
        }
    }
}

/// G14: the refresh tokens of a public client are replaced at each use (RFC 9700 §4.14.2).
#[tokio::test]
async fn a_public_client_cannot_keep_its_refresh_tokens() {
    let acme = Company::fresh(Stack::get().await).await;
    let put = |more: &'static [&'static str]| {
        let common = [
            "client",
            "put",
            "--company",
            acme.slug.as_str(),
            "--name",
            "Test",
            "--flow",
            "REFRESH_TOKEN_AUTH",
            "--no-rotation",
        ];
        let arguments: Vec<&str> = common.into_iter().chain(more.iter().copied()).collect();
        async move { Stack::get().await.server_config().run(&arguments).await }
    };
    let refused = put(&[]).await;
    assert!(
        refused.code != Some(0) && refused.stderr.contains("--no-rotation"),
        "{}",
        refused.stderr
    );
    put(&["--secret"]).await.succeeded();
}

async fn native(company: &Company, address: &str) -> Application {
    let arguments = format!("--flow code --scope openid --redirect-uri {address}");
    company.application(&arguments).await
}

/// T7: a native application may use any port of its loopback address (RFC 8252 §7.3). The code is accepted only with exactly the address of the request.
#[tokio::test]
async fn a_loopback_address_may_have_any_port() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    for (address, asked) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://[::1]:8080/cb", "http://[::1]:51004/cb"),
    ] {
        let (app, pkce) = (native(&acme, address).await, Pkce::fresh());
        let request = app.authorize(&pkce, &[("redirect_uri", asked)]);
        assert_eq!(admin.get(&request).expect(303).await.sent_to().address, asked);
        for (shown, status) in [(address, 400), (asked, 200)] {
            let code = app.code_for(&admin, &pkce, &[("redirect_uri", asked)]).await;
            let grant = app.shown(&[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", shown),
                ("code_verifier", &pkce.verifier),
            ]);
            let reply = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(status).await;
            if status == 400 {
                reply.oauth(OauthError::InvalidGrant);
            }
        }
        let host = asked.replace(":51004/cb", "");
        for other in [
            format!("{host}:51004/CB"),
            format!("{host}:51004/cb/"),
            format!("{host}:51004/cb?x=1"),
            format!("{host}:0/cb"),
            format!("{host}:51004@evil.example/cb"),
            format!("{host}.evil.example/cb"),
            "http://localhost:51004/cb".to_owned(),
        ] {
            let request = app.authorize(&pkce, &[("redirect_uri", &other)]);
            let reply = admin.get(&request).expect(400).await;
            assert_eq!(reply.header("location"), None, "{other}");
        }
    }
    let app = native(&acme, "http://localhost/cb").await;
    let other = [("redirect_uri", "http://localhost:51004/cb")];
    admin.get(&app.authorize(&Pkce::fresh(), &other)).expect(400).await;
}

/// T7: a private-use scheme leads back to a native application (RFC 8252 §7.1), also from the page that asks whether to sign out.
#[tokio::test]
async fn a_private_use_scheme_leads_back_to_a_native_application() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (admin, address) = (acme.hr_admin().await, "com.example.app:/oauth2redirect");
    let arguments =
        format!("--flow code --scope openid --redirect-uri {address} --logout-uri {address}");
    let (app, pkce) = (acme.application(&arguments).await, Pkce::fresh());
    let code = app.code_for(&admin, &pkce, &[("redirect_uri", address)]).await;
    let request = app.authorize(&pkce, &[("redirect_uri", address)]);
    assert_eq!(admin.get(&request).expect(303).await.sent_to().address, address);
    let grant = app.shown(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", address),
        ("code_verifier", &pkce.verifier),
    ]);
    bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    let other = [("redirect_uri", "com.example.app:/other")];
    admin.get(&app.authorize(&pkce, &other)).expect(400).await;
    let leave = format!(
        "{}?client_id={}&post_logout_redirect_uri={address}",
        app.path(paths::LOGOUT),
        app.id
    );
    let page = admin.get(&leave).expect(200).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' com.example.app:;"), "{policy}");
    let form = [("client_id", app.id.as_str()), ("post_logout_redirect_uri", address)];
    let reply = admin.post_form(&app.path(paths::LOGOUT_CONFIRMED), &form);
    let reply = reply.header("sec-fetch-site", "same-origin").expect(303).await;
    assert_eq!(reply.sent_to().address, address);
}
