//! Removes families of refresh tokens that have expired: nobody can use them, and somebody's digests are no treasure to keep (ASVS 14.2.4).

use std::time::Duration;

use store::{Error, Store};

/// How often a node does it. Of several each does, and finds less to do.
const PACE: Duration = Duration::from_hours(1);

/// Does it for as long as the process lives, company by company.
pub(crate) async fn sweep_on_schedule(store: Store) {
    loop {
        if let Err(error) = sweep(&store).await {
            tracing::warn!(%error, "idp.refresh_family.not_swept");
        }
        tokio::time::sleep(PACE).await;
    }
}

/// One company that cannot be done keeps no other from it.
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
