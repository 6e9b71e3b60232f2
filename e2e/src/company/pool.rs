//! What only the database tells of a company's pool.

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
    pub async fn db_allow_srp(&self) {
        let mut settings = self.db_user_pool().await.settings;
        settings.srp = true;
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        on_harness(async move { store.set_pool(tenant, settings).await })
            .await
            .expect("PostgreSQL answers");
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
