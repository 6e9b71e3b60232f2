//! Removal of expired refresh-token families, and the limit on families.

use std::time::Duration;

use api_types::{OauthError, paths};
use e2e::{Actor, Company, REDIRECT_URI, Stack, until};

/// T4g: an expired family is removed with its digests, and a valid one stays.
#[tokio::test]
async fn families_that_have_expired_are_removed() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    for company in [&acme, &betaco] {
        let parameters = format!(
            "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope openid"
        );
        let app = company.application(&parameters).await;
        let bare = Actor::at(&stack.server, "");
        app.tokens_for(&company.hr_admin().await, &bare, "openid").await;
    }
    let families = |company: &Company| {
        format!("(select count(*) from refresh_family where tenant_id = '{}')", company.tenant)
    };
    let count = async |of_acme: u8| {
        let (acme, betaco) = (families(&acme), families(&betaco));
        stack.postgres.db_holds(&format!("{acme} = {of_acme} and {betaco} = 1")).await
    };
    assert!(count(1).await);
    let expire = format!(
        "update refresh_family set authenticated_at = now() - interval '2 hours', expires_at = now() - interval '61 minutes' where tenant_id = '{}'",
        acme.tenant
    );
    stack.postgres.db_as_superuser(&expire).await;
    // A node removes expired families when it starts.
    let _second_node = stack.second_node().await;
    until("the expired family to be removed", Duration::from_secs(10), async || {
        count(0).await.then_some(())
    })
    .await;
}

/// G13: the 21st sign-in of a user at one application ends the least recently used one: its refresh token and, on every node at once, its access token.
#[tokio::test]
async fn an_application_keeps_at_most_twenty_sign_ins_of_a_user() {
    let stack = Stack::get().await;
    let (acme, second_node) = (Company::fresh(stack).await, stack.second_node().await);
    let settings = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope openid --scope hr/employees.read"
    );
    let app = acme.application(&settings).await;
    let (admin, bare) = (acme.hr_admin().await, Actor::at(&stack.server, ""));
    let mut all = Vec::new();
    for _ in 0..=20 {
        all.push(app.tokens_for(&admin, &bare, "openid hr/employees.read").await);
    }
    for server in [&stack.server, &second_node] {
        let visitor = acme.visitor_on(server);
        visitor.get_with_token(paths::EMPLOYEES, &all[0].access_token).expect(401).await;
        for kept in [&all[1], &all[20]] {
            visitor.get_with_token(paths::EMPLOYEES, &kept.access_token).expect(200).await;
        }
    }
    let refresh = |at: usize| {
        let token = all[at].refresh_token.as_deref().unwrap();
        bare.post_form(&app.path(paths::TOKEN), &app.refresh_grant(token))
    };
    refresh(0).expect(400).await.oauth(OauthError::InvalidGrant);
    for kept in [1, 20] {
        refresh(kept).expect(200).await.tokens();
    }
    let live = format!(
        "(select count(*) from refresh_family where tenant_id = '{}' and revoked_at is null) = 20",
        acme.tenant
    );
    assert!(stack.postgres.db_holds(&live).await);
}
