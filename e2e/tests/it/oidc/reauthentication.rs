//! T7: when a user must sign in again, and when the sign-in page may not be shown.

use api_types::paths;
use domain::Role;
use e2e::{Company, Pkce, SentTo, Stack};

use super::{application, claims};

/// T7: with `prompt=none` the user is not asked: the application gets a code at once, or the error `login_required`.
#[tokio::test]
async fn prompt_none_gives_a_code_or_login_required() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    let asked = app.authorize(&pkce, &[("prompt", "none")]);
    let sent = acme.visitor().get(&asked).expect(303).await.sent_to();
    assert_eq!(
        (sent.address.as_str(), sent.parameters["error"].as_str()),
        ("https://app.example/callback", "login_required")
    );
    assert_eq!(
        (sent.parameters["state"].as_str(), &sent.parameters["iss"]),
        ("a state & more", &app.issuer)
    );
    let admin = acme.hr_admin().await;
    assert!(admin.get(&asked).expect(303).await.sent_to().parameters.contains_key("code"));
    let old = app.authorize(&pkce, &[("prompt", "none"), ("max_age", "0")]);
    assert_eq!(admin.get(&old).expect(303).await.sent_to().parameters["error"], "login_required");
}

fn sign_in_return_path(sent: &SentTo) -> String {
    assert_eq!(sent.address, "/sign-in", "{sent:?}");
    sent.parameters["next"].clone()
}

/// T7: a user who must sign in again does so once: the earlier session is not enough, and the new one is. A forged ticket is refused.
#[tokio::test]
async fn a_user_who_must_sign_in_again_does_so_once() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    for wish in [("prompt", "login"), ("prompt", "select_account"), ("max_age", "0")] {
        let (before, asked) = (acme.hr_admin().await, app.authorize(&pkce, &[wish]));
        let back = sign_in_return_path(&before.get(&asked).expect(303).await.sent_to());
        // The same session is not enough, also at the second try.
        let back = sign_in_return_path(&before.get(&back).expect(303).await.sent_to());
        let after = acme.hr_admin().await;
        let parameters = after.get(&back).expect(303).await.sent_to().parameters;
        assert!(parameters.contains_key("code"), "{wish:?}: {parameters:?}");
        // The next request is another one.
        sign_in_return_path(&after.get(&asked).expect(303).await.sent_to());
        let (path, ticket) = back.rsplit_once('=').unwrap();
        let (moments, mac) = ticket.rsplit_once('~').unwrap();
        let (_, until) = moments.split_once('~').unwrap();
        for forged in
            [format!("{path}=0~{until}~{mac}"), format!("{path}={ticket}A"), format!("{path}=")]
        {
            sign_in_return_path(&after.get(&forged).expect(303).await.sent_to());
        }
        let other = application(&acme, "").await;
        let elsewhere = back.replace(app.id.as_str(), other.id.as_str());
        sign_in_return_path(&after.get(&elsewhere).expect(303).await.sent_to());
    }
    // A user who was not signed in must sign in once too.
    let asked = app.authorize(&pkce, &[("prompt", "login")]);
    let back = sign_in_return_path(&acme.visitor().get(&asked).expect(303).await.sent_to());
    let after = acme.actor(Role::Manager).await;
    assert!(after.get(&back).expect(303).await.sent_to().parameters.contains_key("code"));
}

/// T7: a sign-in that is recent enough for `max_age` is accepted, and `auth_time` in the ID token shows how old it is.
#[tokio::test]
async fn a_recent_sign_in_satisfies_max_age() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, admin, pkce) = (application(&acme, "").await, acme.hr_admin().await, Pkce::fresh());
    let code = app.code_for(&admin, &pkce, &[("max_age", "3600"), ("prompt", "consent")]).await;
    let (token, grant) = (app.path(paths::TOKEN), app.code_grant(&code, &pkce));
    let tokens = super::bare(stack).post_form(&token, &grant).expect(200).await.tokens();
    let id = claims(&tokens.id_token.unwrap());
    let age = id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap();
    assert!((0..3600).contains(&age), "{age} s");
}
