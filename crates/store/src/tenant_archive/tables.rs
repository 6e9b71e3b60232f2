//! Every table with rows of tenants, in the order in which rows can be inserted, and what an archive holds of it.

use sqlx::PgConnection;

use crate::Error;

/// A table with rows of tenants. Its column `tenant_id` names the tenant.
pub(super) struct Table {
    /// Its name, with its schema if it is not `public`.
    pub(super) name: &'static str,
    /// What an archive holds of it.
    pub(super) content: Content,
}

/// What an archive holds of a table.
pub(super) enum Content {
    /// All of its rows.
    Rows,
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// A table whose rows are not in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The table's name, with its schema if it is not `public`.
    pub table: &'static str,
    /// Why its rows are not in the archive, for a reader of the manifest.
    pub reason: &'static str,
}

const SIGN_IN: &str = "it belongs to sign-ins, which end: users sign in again";
const OTHER_KEY: &str =
    "it is sealed under the keys of this installation; a pool makes new signing keys";
const VERIFIER: &str = "it is sealed under the keys of this installation, and is made again when the user sets a password";

/// Alerts are not here: `platform.alert` has ids only, outlives its tenants and is deleted after a time (`watertight incident sweep`).
///
/// The tables of the user pool come as late as possible: a change of them holds a lock that every change of a pool, a client or a key waits for.
pub(super) const TABLES: [Table; 24] = [
    none("platform.revocation", SIGN_IN),
    none("session.record", SIGN_IN),
    none("session.revoked_account", SIGN_IN),
    all("department"),
    none("employee_tally", "PostgreSQL counts again when employees are inserted"),
    all("employee"),
    all("employee_term"),
    all("employee_counter"),
    all("account"),
    all("external_subject"),
    none("srp_verifier", VERIFIER),
    none("answered_challenge", SIGN_IN),
    none("remembered_device", SIGN_IN),
    none("reset_code", "it is valid for an hour: users ask for another one"),
    none("mail", "it holds codes that were sent"),
    all("widget"),
    all("onboarding_form"),
    none("onboarding_draft", "it belongs to a browser without an account"),
    all(POOL),
    all("platform.app_client"),
    none("platform.signing_key", OTHER_KEY),
    none("refresh_family", SIGN_IN),
    none("refresh_token", SIGN_IN),
    none("authorization_code", SIGN_IN),
];

/// The table of user pools.
pub(super) const POOL: &str = "platform.pool";

/// The tables in an order in which rows can be deleted: those of the user pool last.
pub(super) fn in_order_of_deletion() -> impl Iterator<Item = &'static str> {
    let reversed = || TABLES.iter().rev().map(|table| table.name);
    let of_platform = |table: &&'static str| table.starts_with("platform.");
    reversed().filter(move |table| !of_platform(table)).chain(reversed().filter(of_platform))
}

const fn all(name: &'static str) -> Table {
    Table { name, content: Content::Rows }
}

const fn none(name: &'static str, reason: &'static str) -> Table {
    Table { name, content: Content::Nothing(reason) }
}

/// The tables whose rows are in an archive, in the order in which they are restored.
pub fn exported_tables() -> Vec<&'static str> {
    TABLES.iter().filter(|table| matches!(table.content, Content::Rows)).map(|t| t.name).collect()
}

/// The tables whose rows are not in an archive.
pub fn left_out_tables() -> Vec<LeftOut> {
    let left_out = TABLES.iter().filter_map(|table| match table.content {
        Content::Rows => None,
        Content::Nothing(reason) => Some(LeftOut { table: table.name, reason }),
    });
    left_out.collect()
}

/// The first table of the database that has rows of tenants and is not in [`TABLES`].
pub(super) async fn unknown(owner: &mut PgConnection) -> Result<Option<String>, Error> {
    let sql = "
        select case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name
          from pg_attribute as a
          join pg_class as c on c.oid = a.attrelid
          join pg_namespace as n on n.oid = c.relnamespace
         where a.attname = 'tenant_id' and not a.attisdropped
           and c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not in ('pg_catalog', 'information_schema')
         order by name";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(owner).await?;
    Ok(tables.into_iter().find(|name| TABLES.iter().all(|table| table.name != name)))
}
