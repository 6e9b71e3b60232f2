//! G5: every node checks the codes and tokens of an application against what the application, the pool and the user's role allow now.

use std::time::Duration;

use api_types::{EmployeeRow, OauthError, Page, TokenReply, paths};
use chrono::Utc;
use domain::Role;
use e2e::{Actor, Application, Company, Pkce, Request, Server, Stack, until};

use super::{application, bare, claims};

/// The scopes that a token reply names.
fn granted_scopes(tokens: &TokenReply) -> Vec<&str> {
    tokens.scope.split(' ').filter(|word| !word.is_empty()).collect()
}

/// Changes an application with `watertight client put`. `arguments` are the arguments after company and id.
async fn put(company: &Company, app: &Application, arguments: &str) {
    let usual = ["client", "put", "--company", company.slug.as_str(), "--id", app.id.as_str()];
    let arguments: Vec<&str> = usual.into_iter().chain(arguments.split_whitespace()).collect();
    Stack::get().await.server_config().run(&arguments).await.succeeded();
}

async fn remove(company: &Company, app: &Application) {
    let removed = ["client", "remove", "--company", company.slug.as_str(), "--id", app.id.as_str()];
    Stack::get().await.server_config().run(&removed).await.succeeded();
}

fn refresh(node: &Server, app: &Application, token: &str) -> Request {
    Actor::at(node, "").post_form(&app.path(paths::TOKEN), &app.refresh_grant(token)).with_retry()
}

/// Waits until the condition holds. A node learns of a change within a second.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    until(what, Duration::from_secs(10), async || holds().await.then_some(())).await;
}

/// The status with which a node answers this token at this path.
async fn status(visitor: &Actor, path: &str, token: &str) -> u16 {
    visitor.get_with_token(path, token).with_retry().send().await.status
}

/// An application's tokens for one user, and a code that is not exchanged yet.
struct IssuedTokens {
    tokens: TokenReply,
    code: String,
    pkce: Pkce,
}

impl IssuedTokens {
    async fn of(app: &Application, person: &Actor) -> Self {
        let stack = Stack::get().await;
        let tokens = app.tokens_for(person, &bare(stack), "openid hr/employees.read").await;
        let pkce = Pkce::fresh();
        Self { tokens, code: app.code_for(person, &pkce, &[]).await, pkce }
    }

    fn refresh_token(&self) -> &str {
        self.tokens.refresh_token.as_deref().unwrap()
    }

    fn id_token(&self) -> &str {
        self.tokens.id_token.as_deref().unwrap()
    }

    /// Waits until each of these nodes refuses the access token and the ID token.
    async fn is_refused_soon(&self, company: &Company, nodes: [&Server; 2]) {
        for node in nodes {
            let visitor = company.visitor_on(node);
            for (path, token) in [
                (paths::EMPLOYEES, self.tokens.access_token.as_str()),
                (paths::WHOAMI, &self.tokens.access_token),
                (paths::WHOAMI, self.id_token()),
            ] {
                eventually(&format!("{path} to refuse"), async || {
                    status(&visitor, path, token).await == 401
                })
                .await;
            }
        }
    }
}

/// G5: every node refuses the codes, refresh tokens, access tokens, ID tokens and hints of a removed application, also after an application with the same id
/// was added again.
#[tokio::test]
async fn codes_and_tokens_of_a_removed_application_are_refused_on_every_node() {
    let stack = Stack::get().await;
    let second = stack.second_node().await;
    let nodes = [&stack.server, &second];
    let acme = Company::fresh(stack).await;
    let (app, other) = (application(&acme, "").await, application(&acme, "").await);
    let admin = acme.hr_admin().await;
    let (held, kept) =
        (IssuedTokens::of(&app, &admin).await, IssuedTokens::of(&other, &admin).await);
    for node in nodes {
        let visitor = acme.visitor_on(node);
        assert_eq!(status(&visitor, paths::EMPLOYEES, &held.tokens.access_token).await, 200);
        assert_eq!(status(&visitor, paths::WHOAMI, held.id_token()).await, 200);
    }

    remove(&acme, &app).await;
    // A node that has not learned of the removal yet looks for the code and the refresh token in PostgreSQL, and does not find them.
    for node in nodes {
        let refused = refresh(node, &app, held.refresh_token()).send().await;
        assert!([400, 401].contains(&refused.status), "{}", refused.text());
        let grant = app.code_grant(&held.code, &held.pkce);
        let token = app.path(paths::TOKEN);
        let refused = Actor::at(node, "").post_form(&token, &grant).with_retry().send().await;
        assert!([400, 401].contains(&refused.status), "{}", refused.text());
    }
    held.is_refused_soon(&acme, nodes).await;
    for node in nodes {
        eventually("the client to be unknown", async || {
            refresh(node, &app, held.refresh_token()).send().await.status == 401
        })
        .await;
        let hint = form_urlencoded::byte_serialize(held.id_token().as_bytes()).collect::<String>();
        let logout = format!("{}?id_token_hint={hint}", app.path(paths::LOGOUT));
        admin.clone().on(node).get(&logout).expect(200).await;
    }
    for node in nodes {
        let visitor = acme.visitor_on(node);
        assert_eq!(status(&visitor, paths::EMPLOYEES, &kept.tokens.access_token).await, 200);
    }

    // The claim `iat` has whole seconds.
    let issued = claims(&held.tokens.access_token)["iat"].as_i64().unwrap();
    eventually("the next second", async || Utc::now().timestamp() > issued).await;
    let again = "--name Again --flow code --flow REFRESH_TOKEN_AUTH --redirect-uri https://app.example/callback?kept=1 --scope openid --scope hr/employees.read";
    put(&acme, &app, again).await;
    for node in nodes {
        eventually("the client to be known", async || {
            refresh(node, &app, held.refresh_token()).send().await.status == 400
        })
        .await;
    }
    held.is_refused_soon(&acme, nodes).await;
    let fresh = IssuedTokens::of(&app, &admin).await;
    for node in nodes {
        let visitor = acme.visitor_on(node);
        assert_eq!(status(&visitor, paths::EMPLOYEES, &fresh.tokens.access_token).await, 200);
        assert_eq!(status(&visitor, paths::EMPLOYEES, &held.tokens.access_token).await, 401);
    }
}

/// G5: an application that was moved to another company's pool is a new application: the codes and tokens of the old one are refused.
#[tokio::test]
async fn codes_and_tokens_of_an_application_of_another_pool_are_refused() {
    let stack = Stack::get().await;
    let second = stack.second_node().await;
    let nodes = [&stack.server, &second];
    let [acme, betaco] = Company::pair(stack).await;
    let app = application(&acme, "").await;
    let held = IssuedTokens::of(&app, &acme.hr_admin().await).await;
    remove(&acme, &app).await;
    let arguments = "--name Moved --flow code --flow REFRESH_TOKEN_AUTH --redirect-uri https://app.example/callback?kept=1 --scope openid --scope hr/employees.read";
    put(&betaco, &app, arguments).await;
    let moved = Application { pool: betaco.db_pool().await, ..app.clone() };
    held.is_refused_soon(&acme, nodes).await;
    for node in nodes {
        eventually("the client to be known there", async || {
            refresh(node, &moved, held.refresh_token()).send().await.status == 400
        })
        .await;
        let refused = refresh(node, &moved, held.refresh_token()).expect(400).await;
        refused.oauth(OauthError::InvalidGrant);
        let refused = refresh(node, &app, held.refresh_token()).expect(401).await;
        refused.oauth(OauthError::InvalidClient);
        assert_eq!(
            status(&betaco.visitor_on(node), paths::EMPLOYEES, &held.tokens.access_token).await,
            401
        );
    }
    let theirs = IssuedTokens::of(&moved, &betaco.hr_admin().await).await;
    let visitor = betaco.visitor();
    assert_eq!(status(&visitor, paths::EMPLOYEES, &theirs.tokens.access_token).await, 200);
}

/// G5: after an application lost scopes, its access tokens allow less on every node, and its refresh tokens return fewer scopes.
#[tokio::test]
async fn an_application_that_lost_scopes_gets_no_more_than_the_rest() {
    let stack = Stack::get().await;
    let second = stack.second_node().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "--scope hr/salaries.read").await;
    let all = ["openid", "hr/employees.read", "hr/salaries.read"];
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), &all.join(" ")).await;
    assert_eq!(granted_scopes(&tokens), all);
    let sees_salaries = async |node: &Server| {
        let visitor = acme.visitor_on(node);
        let listed =
            visitor.get_with_token(paths::EMPLOYEES, &tokens.access_token).expect(200).await;
        listed.json::<Page<EmployeeRow>>().items[0].salary.is_some()
    };
    let nodes = [&stack.server, &second];
    for node in nodes {
        assert!(sees_salaries(node).await);
    }
    put(&acme, &app, "--scope openid --scope hr/employees.read").await;
    for node in nodes {
        eventually("the salaries to be hidden", async || !sees_salaries(node).await).await;
    }
    let token = tokens.refresh_token.clone().unwrap();
    let less = refresh(&second, &app, &token).expect(200).await.tokens();
    assert_eq!(granted_scopes(&less), ["openid", "hr/employees.read"]);
    assert_eq!(claims(&less.access_token)["scope"], "openid hr/employees.read");

    put(&acme, &app, "--no-scope").await;
    for node in nodes {
        let visitor = acme.visitor_on(node);
        eventually("the list to be refused", async || {
            status(&visitor, paths::EMPLOYEES, &less.access_token).await == 403
        })
        .await;
    }
    let token = less.refresh_token.clone().unwrap();
    let nothing = refresh(&stack.server, &app, &token).expect(200).await.tokens();
    assert_eq!((granted_scopes(&nothing).len(), nothing.id_token.is_some()), (0, false));
    put(&acme, &app, "--flow code").await;
    let token = nothing.refresh_token.unwrap();
    for node in nodes {
        eventually("refresh tokens to be refused", async || {
            refresh(node, &app, &token).send().await.status == 400
        })
        .await;
    }
}

/// G5: a token contains no scope that the user's role does not allow, whatever was requested, also after the role has changed.
#[tokio::test]
async fn a_token_carries_no_more_than_the_role_allows() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "--scope hr/employees.write --scope hr/salaries.read").await;
    let asked = "openid hr/employees.read hr/employees.write hr/salaries.read";
    for role in Role::ALL {
        let tokens = app.tokens_for(&acme.actor(role).await, &bare(stack), asked).await;
        let allowed = if role == Role::HrAdmin { asked } else { "openid hr/employees.read" };
        assert_eq!(tokens.scope, allowed, "{role:?}");
        assert_eq!(claims(&tokens.access_token)["scope"], allowed, "{role:?}");
    }
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), asked).await;
    let demoted = format!(
        "update account set role = 'employee' where tenant_id = '{}' and email = '{}'",
        acme.tenant,
        acme.email_of(Role::HrAdmin)
    );
    stack.postgres.db_as_superuser(&demoted).await;
    let token = tokens.refresh_token.unwrap();
    let less = refresh(&stack.server, &app, &token).expect(200).await.tokens();
    assert_eq!(less.scope, "openid hr/employees.read");
}

/// G5: a family expires by the application's current setting, and not by the setting at its beginning.
#[tokio::test]
async fn a_family_lives_no_longer_than_the_current_setting() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "").await;
    let tokens = app.tokens_for(&acme.hr_admin().await, &bare(stack), "openid").await;
    let earlier = format!(
        "update refresh_family set authenticated_at = authenticated_at - interval '2 hours' where client_id = '{}'",
        app.id
    );
    stack.postgres.db_as_superuser(&earlier).await;
    let next = refresh(&stack.server, &app, tokens.refresh_token.as_deref().unwrap());
    let next = next.expect(200).await.tokens().refresh_token.unwrap();
    put(&acme, &app, "--refresh-minutes 119").await;
    let second = stack.second_node().await;
    let refused = refresh(&second, &app, &next).expect(400).await;
    refused.oauth(OauthError::InvalidGrant);
    put(&acme, &app, "--refresh-minutes 240").await;
    let third = stack.second_node().await;
    refresh(&third, &app, &next).expect(200).await.tokens();
}
