//! A company's user pool: reads it from the database, and changes it with operator commands.

use domain::PoolId;
use store::{Mail, UserPool};

use super::Company;
use crate::{Server, runtime::on_harness};

impl Company {
    /// The id of the company's pool.
    pub async fn db_pool(&self) -> PoolId {
        self.db_user_pool().await.id
    }

    /// Turns SRP on. It works for passwords that are set from now on.
    pub async fn allow_srp(&self) {
        let arguments = ["pool", "set", "--company", self.slug.as_str(), "--srp", "true"];
        self.stack.server_config().run(&arguments).await.succeeded();
    }

    /// Makes the pool sign with another algorithm from now on: `RS256` or `ES256`.
    pub async fn sign_with(&self, algorithm: &str) {
        let (config, slug) = (self.stack.server_config(), self.slug.as_str());
        let set = ["pool", "set", "--company", slug, "--algorithm", algorithm];
        config.run(&set).await.succeeded();
        let rotate = ["keys", "rotate", "--company", slug, "--ahead-seconds", "0"];
        config.run(&rotate).await.succeeded();
    }

    /// The mails to the company's users, the newest first.
    pub async fn db_outbox(&self) -> Vec<Mail> {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        on_harness(async move { store.outbox(tenant).await }).await.expect("PostgreSQL answers")
    }

    /// The shared node, which serves the company.
    pub(crate) fn server(&self) -> &'static Server {
        &self.stack.server
    }

    async fn db_user_pool(&self) -> UserPool {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        let pools = on_harness(async move { store.pools().await }).await.expect("a list");
        pools.into_iter().find(|pool| pool.tenant == tenant).expect("it has one")
    }
}
