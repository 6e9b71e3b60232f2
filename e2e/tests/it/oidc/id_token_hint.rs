//! T7: `id_token_hint`: an application names the user that it expects, with an ID token that it received before.

use api_types::paths;
use e2e::{Actor, Application, Company, Pkce, SentTo, Stack};

use super::{SCOPES, application, bare, claims};

fn sign_in_return_path(sent: &SentTo) -> String {
    assert_eq!(sent.address, "/sign-in", "{sent:?}");
    sent.parameters["next"].clone()
}

async fn sent(browser: &Actor, app: &Application, pkce: &Pkce, other: &[(&str, &str)]) -> SentTo {
    browser.get(&app.authorize(pkce, other)).expect(303).await.sent_to()
}

/// T7: only the user of the hint gets a code. For another user the answer is `login_required` with `prompt=none`, and otherwise the sign-in page, once.
#[tokio::test]
async fn a_user_other_than_the_hinted_one_gets_no_code() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    let meant = app.tokens_for(&acme.manager().await, &bare(stack), SCOPES).await;
    let hint = ("id_token_hint", meant.id_token.as_deref().unwrap());
    let admin = acme.hr_admin().await;
    for quiet in [&[hint, ("prompt", "none")][..], &[("prompt", "none"), hint, ("max_age", "9999")]]
    {
        let parameters = sent(&admin, &app, &pkce, quiet).await.parameters;
        assert_eq!(parameters["error"], "login_required", "{parameters:?}");
        assert!(!parameters.contains_key("code"));
    }
    let visitor = sent(&acme.visitor(), &app, &pkce, &[hint, ("prompt", "none")]).await;
    assert_eq!(visitor.parameters["error"], "login_required");
    for browser in [&admin, &acme.visitor()] {
        let back = sign_in_return_path(&sent(browser, &app, &pkce, &[hint]).await);
        let parameters = acme.manager().await.get(&back).expect(303).await.sent_to().parameters;
        let grant = app.code_grant(&parameters["code"], &pkce);
        let given = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await;
        assert_eq!(claims(&given.tokens().access_token)["sub"], claims(&meant.access_token)["sub"]);
        // The user signed in again as yet another user, and is not asked a third time.
        let back = sign_in_return_path(&sent(browser, &app, &pkce, &[hint]).await);
        let parameters = acme.auditor().await.get(&back).expect(303).await.sent_to().parameters;
        assert_eq!(parameters["error"], "login_required", "{parameters:?}");
    }
    let manager = acme.manager().await;
    for own in [&[hint][..], &[hint, ("prompt", "none")]] {
        assert!(sent(&manager, &app, &pkce, own).await.parameters.contains_key("code"));
    }
}

/// T7: a hint that this server did not issue names no user, so the user must sign in again, or with `prompt=none` gets no code (OpenID Connect Core §3.1.2.2).
#[tokio::test]
async fn a_hint_of_another_issuer_names_no_user() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::twins(stack).await;
    let (app, foreign, pkce) =
        (application(&acme, "").await, application(&betaco, "").await, Pkce::fresh());
    let theirs = foreign.tokens_for(&betaco.hr_admin().await, &bare(stack), SCOPES).await;
    let admin = acme.hr_admin().await;
    let own = app.tokens_for(&admin, &bare(stack), SCOPES).await;
    for text in [theirs.id_token.as_deref().unwrap(), "a.b.c", "x", &own.access_token] {
        let hint = ("id_token_hint", text);
        let parameters = sent(&admin, &app, &pkce, &[hint, ("prompt", "none")]).await.parameters;
        assert_eq!(parameters["error"], "login_required", "{parameters:?}");
        let back = sign_in_return_path(&sent(&admin, &app, &pkce, &[hint]).await);
        let after = acme.hr_admin().await;
        assert!(after.get(&back).expect(303).await.sent_to().parameters.contains_key("code"));
    }
}
