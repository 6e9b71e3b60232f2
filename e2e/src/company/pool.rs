//! A company's pool: what only the database tells of it, and what its operator says.

use domain::PoolId;
use store::{Mail, UserPool};

use super::Company;
use crate::{Server, runtime::on_harness};

impl Company {
    /// Its pool.
    pub async fn db_pool(&self) -> PoolId {
        self.db_user_pool().await.id
    }

    /// Lets clients prove passwords by SRP from the next password on.
    pub async fn allow_srp(&self) {
        let told = ["pool", "set", "--company", self.slug.as_str(), "--srp", "true"];
        self.stack.server_config().run(&told).await.succeeded();
    }

    /// Lets keys of another algorithm sign from now on: `RS256` or `ES256`.
    pub async fn sign_with(&self, algorithm: &str) {
        let (config, slug) = (self.stack.server_config(), self.slug.as_str());
        let set = ["pool", "set", "--company", slug, "--algorithm", algorithm];
        config.run(&set).await.succeeded();
        let rotate = ["keys", "rotate", "--company", slug, "--ahead-seconds", "0"];
        config.run(&rotate).await.succeeded();
    }

    /// What was mailed to its people, the newest first.
    pub async fn db_outbox(&self) -> Vec<Mail> {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        on_harness(async move { store.outbox(tenant).await }).await.expect("PostgreSQL answers")
    }

    /// The node that serves it.
    pub(crate) fn server(&self) -> &'static Server {
        &self.stack.server
    }

    async fn db_user_pool(&self) -> UserPool {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        let pools = on_harness(async move { store.pools().await }).await.expect("a list");
        pools.into_iter().find(|pool| pool.tenant == tenant).expect("it has one")
    }
}
