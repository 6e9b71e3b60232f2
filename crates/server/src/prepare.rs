//! The command `watertight-lab prepare`, which turns a migrated database into one of a lab build.

use url::Url;

use crate::config::{Database, Environment, invalid, with_hint};

/// Runs `watertight-lab prepare`.
pub(crate) async fn prepare(environment: &Environment<'_>) -> anyhow::Result<()> {
    const NAME: &str = "WATERTIGHT_SUPERUSER_URL";
    let database = Database::read(environment)?;
    let mut superuser: Url = database
        .superuser_url()?
        .parse()
        .map_err(|error| invalid(NAME, error, "set it to the full URL of a superuser"))?;
    superuser.set_path(database.name());
    with_hint(store::prepare_lab_database(superuser.as_str()).await)
}
