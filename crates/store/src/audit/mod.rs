//! The start-up audit: a database in which a lock is missing is not served.

mod keys;
mod roles;
mod tables;
mod version;

use std::fmt;

use share::Holder;
use sqlx::PgConnection;

use crate::{
    Error, Store,
    door::{Access, Transaction},
    pool::Pool,
};

/// One thing that makes this database unfit to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    what: String,
    hint: &'static str,
}

/// Why the store must not be served.
#[derive(Debug)]
pub enum AuditError {
    /// A lock is missing; each finding says which and what to do.
    Refused(Vec<Finding>),
    /// The catalog could not be read.
    Failed(Error),
}

/// What must not be there: a question to the catalog whose every answer is a finding about that subject.
struct Rule {
    /// Asked as the app role; `$1` is the name of the platform role. Its one column is text.
    sql: &'static str,
    /// What is wrong, `{}` being the subject.
    what: &'static str,
    /// What to do about it.
    hint: &'static str,
}

impl Store {
    /// Reads from `pg_catalog` whether every lock that PostgreSQL keeps is in place for the roles we are connected as.
    ///
    /// # Errors
    /// [`AuditError::Refused`] with everything that is missing; [`AuditError::Failed`] if PostgreSQL does not answer.
    pub async fn audit(&self) -> Result<(), AuditError> {
        match self.findings().await {
            Ok(findings) if findings.is_empty() => Ok(()),
            Ok(findings) => Err(AuditError::Refused(findings)),
            Err(error) => Err(AuditError::Failed(error)),
        }
    }

    /// The same of a laboratory's database, where the role that no policy binds is no surprise.
    ///
    /// # Errors
    /// As for [`Store::audit`].
    #[cfg(feature = "lab")]
    pub async fn audit_laboratory(&self) -> Result<(), AuditError> {
        let mut findings = self.findings().await.map_err(AuditError::Failed)?;
        findings.retain(|finding| !finding.what.contains("`watertight_lab_bypass`"));
        if findings.is_empty() { Ok(()) } else { Err(AuditError::Refused(findings)) }
    }

    /// Everything that is missing.
    async fn findings(&self) -> Result<Vec<Finding>, Error> {
        let store = self.clone();
        self.spawn(async move {
            let role = role_of(&store, &store.platform).await?;
            // One snapshot for all questions, and nothing can be changed by them.
            let mut app =
                Transaction::begin(&store, &store.app, Holder::Node, Access::Read, "").await?;
            let found = find(app.connection(), &role).await;
            app.end(found).await
        })
        .await
    }
}

async fn find(app: &mut PgConnection, platform_role: &str) -> Result<Vec<Finding>, Error> {
    let version: String =
        sqlx::query_scalar("show server_version_num").fetch_one(&mut *app).await?;
    let version = version.parse().map_err(|_| Error::Corrupt("server version"))?;
    if !version::is_supported(version) {
        // An older catalog lacks columns that the other questions ask for.
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
        // A superuser has every privilege there is; one finding is enough to say so.
        ask(app, roles::PRIVILEGES, platform_role, &mut findings).await?;
    }
    Ok(findings)
}

/// As whom the pool is connected.
async fn role_of(store: &Store, pool: &Pool) -> Result<String, Error> {
    let mut tx = Transaction::begin(store, pool, Holder::Node, Access::Read, "").await?;
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
