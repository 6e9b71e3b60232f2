//! What is left of refresh tokens that nobody can use any more.

use std::time::Duration;

use e2e::{Actor, Company, REDIRECT_URI, Stack, until};

/// T4g: a family that has expired is removed with its digests, and one that has not stays.
#[tokio::test]
async fn families_that_have_expired_are_removed() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    for company in [&acme, &betaco] {
        let told = format!(
            "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope openid"
        );
        let app = company.application(&told).await;
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
    // A node looks as soon as it starts.
    let _second_node = stack.second_node().await;
    until("the expired family to go", Duration::from_secs(10), async || {
        count(0).await.then_some(())
    })
    .await;
}
