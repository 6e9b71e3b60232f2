//! T7: RP-initiated logout: an application asks the company's own site to sign the user out.

use api_types::{Code, TokenReply, paths};
use e2e::{Actor, Application, Company, LOGOUT_URI, Reply, Stack};

use super::{SCOPES, application, bare, is_accepted};

fn query(app: &Application, fields: &[(&str, &str)]) -> String {
    let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{}?{pairs}", app.path(paths::LOGOUT))
}

/// Fails unless the reply redirects to `address`, removes the session cookie and clears the browser's data.
fn is_signed_out(reply: &Reply, address: &str) {
    let sent = reply.sent_to();
    assert_eq!(sent.address, address);
    let cookie = reply.session_cookie();
    assert_eq!((cookie.value.as_str(), cookie.attributes["max-age"].as_str()), ("", "0"));
    assert_eq!(reply.header("clear-site-data"), Some(r#""cache","storage""#));
}

async fn signed_in(person: &Actor) -> bool {
    person.get(paths::SESSION).with_retry().send().await.status == 200
}

async fn refreshes(stack: &Stack, app: &Application, tokens: &TokenReply) -> bool {
    let grant = app.refresh_grant(tokens.refresh_token.as_deref().unwrap());
    bare(stack).post_form(&app.path(paths::TOKEN), &grant).with_retry().send().await.status == 200
}

/// T7: with an ID token of the signed-in user, the session ends and all tokens that applications got from it are revoked. Tokens of other sign-ins stay valid.
#[tokio::test]
async fn signing_out_ends_the_session_and_revokes_its_tokens() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, other) = (application(&acme, "").await, application(&acme, "").await);
    let (here, elsewhere) = (acme.hr_admin().await, acme.hr_admin().await);
    let own = app.tokens_for(&here, &bare(stack), SCOPES).await;
    let also = other.tokens_for(&here, &bare(stack), SCOPES).await;
    let stays = app.tokens_for(&elsewhere, &bare(stack), SCOPES).await;
    let hint = own.id_token.as_deref().unwrap();
    let asked = query(
        &app,
        &[("id_token_hint", hint), ("post_logout_redirect_uri", LOGOUT_URI), ("state", "s & t")],
    );
    let reply = here.get(&asked).expect(303).await;
    is_signed_out(&reply, LOGOUT_URI);
    assert_eq!(reply.sent_to().parameters["state"], "s & t");
    assert!(!signed_in(&here).await && signed_in(&elsewhere).await);
    for (app, tokens) in [(&app, &own), (&other, &also)] {
        assert!(!is_accepted(&acme, &tokens.access_token).await);
        assert!(!refreshes(stack, app, tokens).await);
    }
    assert!(is_accepted(&acme, &stays.access_token).await && refreshes(stack, &app, &stays).await);
    // The same request again, as after the browser's back button: there is no session to end, and the redirect is the same.
    is_signed_out(&here.get(&asked).expect(303).await, LOGOUT_URI);
}

/// T7: signing out on our own pages ends the session, and an application keeps its tokens until its own logout request revokes them.
#[tokio::test]
async fn an_application_keeps_its_tokens_until_its_own_logout_request() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin) = (application(&acme, "").await, acme.hr_admin().await);
    let tokens = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    admin.request(reqwest::Method::DELETE, paths::SESSION).expect(204).await;
    assert!(
        is_accepted(&acme, &tokens.access_token).await && refreshes(stack, &app, &tokens).await
    );
    let hint = [("id_token_hint", tokens.id_token.as_deref().unwrap())];
    is_signed_out(&acme.visitor().get(&query(&app, &hint)).expect(303).await, "/sign-in");
    assert!(!is_accepted(&acme, &tokens.access_token).await);
}

/// T7: without an ID token of the signed-in user a page asks for confirmation, and only that page's form signs out.
#[tokio::test]
async fn a_logout_link_without_an_id_token_asks_for_confirmation() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, foreign) = (application(&acme, "").await, application(&betaco, "").await);
    let (admin, colleague) = (acme.hr_admin().await, acme.manager().await);
    let theirs = foreign.tokens_for(&betaco.hr_admin().await, &bare(stack), SCOPES).await;
    let another = app.tokens_for(&colleague, &bare(stack), SCOPES).await;
    for hint in [
        "",
        "a.b.c",
        theirs.id_token.as_deref().unwrap(),
        another.id_token.as_deref().unwrap(),
        &another.access_token,
    ] {
        let fields = [
            ("id_token_hint", hint),
            ("client_id", app.id.as_str()),
            ("post_logout_redirect_uri", LOGOUT_URI),
            ("state", "\"><script>"),
        ];
        let page = admin.get(&query(&app, &fields)).expect(200).await;
        assert!(page.set_cookies().is_empty() && page.header("location").is_none());
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
        assert!(
            page.text().contains("&quot;&gt;&lt;script&gt;") && !page.text().contains("<script>")
        );
        assert!(
            !page.text().contains(acme.canary.as_str()),
            "the page must not show the user's data"
        );
    }
    assert!(signed_in(&admin).await && signed_in(&colleague).await);
    assert!(is_accepted(&acme, &another.access_token).await);
    let (path, form) = (
        app.path(paths::LOGOUT_CONFIRMED),
        [("client_id", app.id.as_str()), ("post_logout_redirect_uri", LOGOUT_URI), ("state", "s")],
    );
    for site in ["cross-site", "same-site"] {
        let forged = admin.post_form(&path, &form).header("sec-fetch-site", site);
        forged.expect(403).await.problem(Code::CrossSiteRequest);
    }
    assert!(signed_in(&admin).await);
    let reply = admin.post_form(&path, &form).header("sec-fetch-site", "same-origin");
    let reply = reply.expect(303).await;
    is_signed_out(&reply, LOGOUT_URI);
    assert_eq!(reply.sent_to().parameters["state"], "s");
    assert!(!signed_in(&admin).await && signed_in(&colleague).await);
}

/// T7: an application may use POST from its own page, without a cookie. With an ID token it works as with GET, without one a page asks for confirmation
/// (RP-Initiated Logout §2). A form of another site never signs a user out.
#[tokio::test]
async fn an_application_may_request_a_logout_by_post() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, foreign) = (application(&acme, "").await, application(&betaco, "").await);
    let (admin, path) = (acme.hr_admin().await, app.path(paths::LOGOUT));
    let own = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    let theirs = foreign.tokens_for(&betaco.hr_admin().await, &bare(stack), SCOPES).await;
    let another = app.tokens_for(&acme.manager().await, &bare(stack), SCOPES).await;
    let from_app = |form: &[(&str, &str)]| {
        let asked = acme.visitor().post_form(&path, form);
        asked.header("origin", "https://app.example").header("sec-fetch-site", "cross-site")
    };
    let client = ("client_id", app.id.as_str());
    let onward = [("post_logout_redirect_uri", LOGOUT_URI), ("state", "s & t")];
    for hint in ["", "a.b.c", theirs.id_token.as_deref().unwrap(), &own.access_token] {
        let form = [("id_token_hint", hint), client, onward[0], onward[1]];
        let page = from_app(&form).expect(200).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text().contains(&app.path(paths::LOGOUT_CONFIRMED)));
        assert!(page.set_cookies().is_empty());
    }
    // A page of a sibling company sends the cookie, which is no proof that the user wants to sign out.
    let sibling =
        admin.post_form(&path, &[client, onward[0]]).header("sec-fetch-site", "same-site");
    sibling.expect(200).await;
    // An ID token of another user neither signs out the user of the browser nor removes the cookie.
    let with = |hint: &str| from_app(&[("id_token_hint", hint), onward[0], onward[1]]);
    let reply = with(another.id_token.as_deref().unwrap()).expect(303).await;
    assert!(reply.set_cookies().is_empty());
    admin.get(reply.header("location").unwrap()).expect(200).await;
    assert!(signed_in(&admin).await && is_accepted(&acme, &own.access_token).await);
    // With the user's own ID token, the browser is redirected to an address that receives its cookie.
    let reply = with(own.id_token.as_deref().unwrap()).expect(303).await;
    assert!(!is_accepted(&acme, &own.access_token).await);
    let reply = admin.get(reply.header("location").unwrap()).expect(303).await;
    is_signed_out(&reply, LOGOUT_URI);
    assert_eq!(reply.sent_to().parameters["state"], "s & t");
    assert!(!signed_in(&admin).await);
    // A program without a browser is answered at once.
    let form = [("id_token_hint", own.id_token.as_deref().unwrap()), onward[0]];
    is_signed_out(&acme.visitor().post_form(&path, &form).expect(303).await, LOGOUT_URI);
    let wrong = [
        ("id_token_hint", own.id_token.as_deref().unwrap()),
        ("post_logout_redirect_uri", "https://evil.example/"),
    ];
    from_app(&wrong).expect(400).await.problem(Code::BadRequest);
}

/// T7: a logout request with an address that is not the application's is refused: it does not redirect, and the session stays valid.
#[tokio::test]
async fn signing_out_redirects_to_no_unregistered_address() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (app, other) = (application(&acme, "").await, application(&betaco, "").await);
    let (admin, bye) = (acme.hr_admin().await, ("post_logout_redirect_uri", LOGOUT_URI));
    let tokens = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    let hint = ("id_token_hint", tokens.id_token.as_deref().unwrap());
    let id = ("client_id", app.id.as_str());
    for fields in [
        vec![hint, ("post_logout_redirect_uri", "https://evil.example/")],
        vec![hint, ("post_logout_redirect_uri", "https://app.example/bye/")],
        vec![hint, ("post_logout_redirect_uri", e2e::REDIRECT_URI)],
        vec![hint, ("post_logout_redirect_uri", "//evil.example")],
        vec![hint, bye, ("client_id", other.id.as_str())],
        vec![hint, bye, bye],
        vec![bye],
        vec![bye, ("client_id", other.id.as_str())],
        vec![bye, ("client_id", "nobody")],
        vec![id, ("post_logout_redirect_uri", "https://evil.example/")],
    ] {
        for actor in [&admin, &acme.visitor()] {
            let reply = actor.get(&query(&app, &fields)).expect(400).await;
            reply.problem(Code::BadRequest);
            assert!(reply.header("location").is_none() && reply.set_cookies().is_empty());
        }
    }
    assert!(signed_in(&admin).await);
    is_signed_out(&acme.visitor().get(&query(&app, &[id, bye])).expect(303).await, LOGOUT_URI);
    betaco.visitor().get(&query(&app, &[id, bye])).expect(404).await.problem(Code::NotFound);
    bare(stack).get(&query(&app, &[id, bye])).expect(400).await.problem(Code::CompanyHostRequired);
    is_signed_out(&admin.get(&query(&app, &[hint])).expect(303).await, "/sign-in");
}
