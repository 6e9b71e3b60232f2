//! The start-up audit: the server does not start on a database in which an isolation lock is missing.

mod keys;
mod roles;
mod tables;
mod version;

use std::fmt;

use share::Holder;
use sqlx::PgConnection;

use crate::{
    Error, Store,
    pool::Pool,
    transactions::{Access, Transaction},
};

/// One reason why this database is not safe to serve, with a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    what: String,
    hint: &'static str,
}

/// Why the server must not start on this database.
#[derive(Debug)]
pub enum AuditError {
    /// A lock is missing. Each finding says which one, and how to fix it.
    Refused(Vec<Finding>),
    /// The catalog could not be read.
    Failed(Error),
}

/// An audit rule: a query of the catalog. Each row of its result is a violation, and names the subject.
struct Rule {
    /// The query, run as the app role. `$1` is the name of the platform role. Its one column is text.
    sql: &'static str,
    /// The problem. `{}` stands for the subject.
    what: &'static str,
    /// How to fix the problem.
    hint: &'static str,
}

impl Store {
    /// Checks in `pg_catalog` that every lock that PostgreSQL enforces is in place for the roles that the store connects as. A lab build expects
    /// the role of lab databases that bypasses the policies.
    ///
    /// # Errors
    /// [`AuditError::Refused`] with everything that is missing; [`AuditError::Failed`] if PostgreSQL does not answer.
    pub async fn audit(&self) -> Result<(), AuditError> {
        let expected = self.statements.faults.bypass_role();
        let mut findings = self.findings().await.map_err(AuditError::Failed)?;
        findings.retain(|finding| expected.is_none_or(|role| !finding.names(role)));
        if findings.is_empty() { Ok(()) } else { Err(AuditError::Refused(findings)) }
    }

    /// Returns every violation of a rule.
    async fn findings(&self) -> Result<Vec<Finding>, Error> {
        let store = self.clone();
        self.spawn(async move {
            let role = role_of(&store, &store.platform).await?;
            // One read-only snapshot for all rules.
            let mut app =
                Transaction::begin_unbound(&store, &store.app, Holder::Node, Access::Read).await?;
            let found = find(app.connection(), &role).await;
            app.end(found).await
        })
        .await
    }
}

/// The role that reaches session records. The migrations need it, so it exists.
const SESSION_ROLE: &str = "watertight_session";

async fn find(app: &mut PgConnection, platform_role: &str) -> Result<Vec<Finding>, Error> {
    let version: String =
        sqlx::query_scalar("show server_version_num").fetch_one(&mut *app).await?;
    let version = version.parse().map_err(|_| Error::Corrupt("server version"))?;
    if !version::is_supported(version) {
        // An older catalog lacks columns that the rules query.
        return Ok(vec![version::finding(version)]);
    }
    let mut findings =
        version::is_below_floor(version).then(|| version::finding(version)).into_iter().collect();
    for rules in [roles::ATTRIBUTES, tables::RULES, keys::RULES] {
        ask(app, rules, platform_role, &mut findings).await?;
    }
    let superuser = "select bool_or(rolsuper) from pg_roles where rolname in (current_user, $1)";
    let superuser: Option<bool> =
        sqlx::query_scalar(superuser).bind(platform_role).fetch_one(&mut *app).await?;
    if superuser == Some(false) {
        // A superuser has every privilege, which another finding says already.
        ask(app, roles::PRIVILEGES, platform_role, &mut findings).await?;
    }
    ask(app, roles::SESSION, SESSION_ROLE, &mut findings).await?;
    Ok(findings)
}

/// Returns the name of the role that the pool connects as.
async fn role_of(store: &Store, pool: &Pool) -> Result<String, Error> {
    let mut tx = Transaction::begin_unbound(store, pool, Holder::Node, Access::Read).await?;
    let asked = sqlx::query_scalar("select current_user::text").fetch_one(tx.connection()).await;
    tx.end(asked.map_err(Error::from)).await
}

async fn ask(
    connection: &mut PgConnection,
    rules: &'static [Rule],
    platform_role: &str,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    for rule in rules {
        let asked =
            sqlx::query_scalar(rule.sql).bind(platform_role).fetch_all(&mut *connection).await;
        let subjects: Vec<String> = asked?;
        findings.extend(subjects.iter().map(|subject| rule.finding(subject)));
    }
    Ok(())
}

impl Rule {
    fn finding(&self, subject: &str) -> Finding {
        Finding { what: self.what.replace("{}", subject), hint: self.hint }
    }
}

impl Finding {
    /// Whether the finding is about this role.
    fn names(&self, role: &str) -> bool {
        self.what.contains(&format!("`{role}`"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhint: {}", self.what, self.hint)
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(_) => f.write_str("the database cannot be audited"),
            Self::Refused(findings) => {
                f.write_str("this database is not safe to serve")?;
                findings.iter().try_for_each(|finding| write!(f, "\n- {finding}"))
            }
        }
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}
