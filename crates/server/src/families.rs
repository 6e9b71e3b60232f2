//! Deletes refresh-token families that expired or were revoked an hour ago or earlier (data minimization, ASVS 14.2.4).

use std::time::Duration;

use store::{Error, Store};

/// How often each node deletes families. If several nodes run, later ones find less to delete.
const PACE: Duration = Duration::from_hours(1);

/// Deletes families once an hour, tenant by tenant, until the process ends.
pub(crate) async fn sweep_on_schedule(store: Store) {
    loop {
        if let Err(error) = sweep(&store).await {
            tracing::warn!(%error, "idp.refresh_family.not_swept");
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Deletes the families of all tenants. A failure for one tenant does not stop the others.
async fn sweep(store: &Store) -> Result<(), Error> {
    for pool in store.pools().await? {
        let tenant = pool.tenant;
        match store.sweep_families(tenant).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(%tenant, count, "idp.refresh_family.swept"),
            Err(error) => tracing::warn!(%tenant, %error, "idp.refresh_family.not_swept"),
        }
    }
    Ok(())
}
