//! A transaction that is bound to one tenant. It binds the tenant to `$1` of every statement, and checks the tenant of every row that a statement returns.
//!
//! Statements run through [`TenantQuery`] only: outside of this module no code reaches the connection.

use std::time::Duration;

use domain::TenantId;
use lab::{Faults, Lock};
use sqlx::{
    Column as _, Encode, FromRow, Postgres, Row as _, Type,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use tracing::Span;
use uuid::Uuid;

use super::{Access, Transaction};
use crate::{
    Error, Store,
    statement::{StatementBuilder, Statements, TenantSql},
};

/// How long a maintenance job may take.
const JOB: Duration = Duration::from_mins(10);

/// The kind of a unit of work, which decides its access and its time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkKind {
    /// Reads for a request, from one snapshot. It cannot write.
    Read,
    /// Writes for a request. Each statement sees what others committed before it: after the wait for the tenant's writer lock, nothing read before
    /// the wait is reused.
    Write,
    /// Writes for a maintenance job, whose statements may take longer than a request's.
    Job,
}

/// What [`super::TenantTx`] and [`super::SignInTx`] have in common. A function that takes this type works in both.
pub(crate) struct BoundTx {
    transaction: Transaction,
    tenant: TenantId,
    /// A unit of work runs outside of its request's span (see [`Store::spawn`]), but an alert must be logged in it.
    request: Span,
}

/// A statement that is about to run, with its values.
#[must_use = "the statement does not run until its rows are fetched"]
pub(crate) struct TenantQuery<'q> {
    tx: &'q mut BoundTx,
    query: Query<'q, Postgres, PgArguments>,
}

/// The positions of the result columns that the lock Stamp checks.
struct StampColumns {
    /// Columns whose name is `tenant_id` or ends with it: the tenant of a row.
    tenants: Vec<usize>,
    /// The column `own` of an aggregate: whether all aggregated rows are the tenant's.
    own: Option<usize>,
}

impl BoundTx {
    /// Begins a transaction that is bound to the tenant. `request` is the span of the current request.
    ///
    /// The setting, which the policies read, and the parameter, which the statements' filters compare, come from two sources. If they differ, the
    /// transaction does not begin: otherwise its statements would find no rows, and the caller would take that for an answer.
    pub(super) async fn begin(
        store: &Store,
        tenant: TenantId,
        kind: WorkKind,
        request: Span,
    ) -> Result<Self, Error> {
        let statements = &store.statements;
        let binding = binding(kind, tenant, &statements.faults);
        let begun =
            Transaction::begin(store, &store.app, tenant.into(), kind.access(), &binding).await?;
        let (transaction, answer) = begun;
        let bound = Self { transaction, tenant, request };
        let setting: Option<Uuid> = answer.map(|row| row.try_get(0)).transpose()?;
        if statements.compares_setting() && setting != Some(tenant.as_uuid()) {
            let foreign = setting.unwrap_or_default();
            bound.alert(|| {
                tracing::error!(alert = "setting_tenant", %tenant, %foreign, "store.setting.foreign_tenant");
            });
            return bound.end(Err(Error::ForeignSetting)).await;
        }
        Ok(bound)
    }

    /// Ends the transaction: see [`Transaction::end`].
    pub(super) async fn end<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        self.transaction.end(result).await
    }

    /// The transaction's tenant.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Prepares a statement. The tenant is bound to `$1`, and the first value that the caller binds is `$2`.
    pub(crate) fn query(&mut self, sql: TenantSql) -> TenantQuery<'_> {
        let statements = self.statements();
        let tenant = statements.parameter(self.tenant);
        let query = sqlx::query(statements.text(sql)).bind(tenant);
        TenantQuery { tx: self, query }
    }

    /// Starts a statement that is built from parts. Its `$1` is the tenant.
    ///
    /// # Errors
    /// [`Error::Statement`] if the tenant cannot be encoded, which does not happen.
    pub(crate) fn statement_builder(&self) -> Result<StatementBuilder, Error> {
        StatementBuilder::new(self.statements(), self.tenant)
    }

    /// Prepares a statement that was built from parts.
    pub(crate) fn query_built<'q>(
        &'q mut self,
        builder: &'q mut StatementBuilder,
    ) -> TenantQuery<'q> {
        TenantQuery { tx: self, query: builder.finish().build() }
    }

    /// Returns the lines of the plan of a statement that begins with `explain`: the generic plan if `for_all_values`, or else the plan for its values.
    #[cfg(feature = "lab")]
    pub(crate) async fn explain(
        &mut self,
        builder: &mut StatementBuilder,
        for_all_values: bool,
    ) -> Result<Vec<String>, Error> {
        let connection = self.transaction.connection();
        let rows = if for_all_values {
            // Sent as plain text without its values, so that PostgreSQL plans the placeholders.
            let text = sqlx::AssertSqlSafe(builder.finish().sql().as_str().to_owned());
            sqlx::Executor::fetch_all(connection, sqlx::raw_sql(text)).await?
        } else {
            builder.finish().build().fetch_all(connection).await?
        };
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    const fn statements(&self) -> &Statements {
        self.transaction.statements()
    }

    /// The lock Stamp: refuses rows of another tenant, and logs an alert.
    fn check(&self, rows: &[PgRow]) -> Result<(), Error> {
        let Some(first) = rows.first() else { return Ok(()) };
        let columns = StampColumns::of(first)?;
        if self.statements().faults.is_off(Lock::Stamp) {
            return Ok(());
        }
        for row in rows {
            self.check_tenants(row, &columns)?;
        }
        // Checked after the rows: a foreign row tells which tenant it belongs to, an aggregate does not.
        let Some(own) = columns.own else { return Ok(()) };
        rows.iter().try_for_each(|row| self.check_aggregate(row.try_get(own)?))
    }

    /// Checks each tenant that the row carries. One of them may be null, if an outer join found no row.
    fn check_tenants(&self, row: &PgRow, columns: &StampColumns) -> Result<(), Error> {
        let tenant = self.tenant;
        let mut stamped = columns.own.is_some();
        for column in &columns.tenants {
            let Some(foreign) = row.try_get::<Option<Uuid>, _>(*column)? else { continue };
            if foreign != tenant.as_uuid() {
                self.alert(|| {
                    tracing::error!(alert = "row_tenant", %tenant, %foreign, "store.row.foreign_tenant");
                });
                return Err(Error::ForeignRow);
            }
            stamped = true;
        }
        if stamped { Ok(()) } else { Err(Error::Unstamped) }
    }

    /// Checks rows that were only counted. `own` is `None` if there were none.
    fn check_aggregate(&self, own: Option<bool>) -> Result<(), Error> {
        if own.unwrap_or(true) {
            return Ok(());
        }
        let tenant = self.tenant;
        self.alert(|| {
            tracing::error!(alert = "row_tenant", %tenant, "store.count.foreign_tenant");
        });
        Err(Error::ForeignRow)
    }

    fn alert(&self, log: impl FnOnce()) {
        self.request.in_scope(log);
    }
}

impl TenantQuery<'_> {
    /// Binds the next value.
    pub(crate) fn bind<'v, V: Encode<'v, Postgres> + Type<Postgres>>(mut self, value: V) -> Self {
        self.query = self.query.bind(value);
        self
    }

    /// Returns the rows after their tenants were checked, to be read by position.
    pub(crate) async fn fetch_rows(self) -> Result<Vec<PgRow>, Error> {
        let Self { tx, query } = self;
        let rows = query.fetch_all(tx.transaction.connection()).await?;
        tx.check(&rows)?;
        Ok(rows)
    }

    /// Returns all rows.
    pub(crate) async fn fetch_all<R: for<'r> FromRow<'r, PgRow>>(self) -> Result<Vec<R>, Error> {
        let rows = self.fetch_rows().await?;
        Ok(rows.iter().map(R::from_row).collect::<Result<_, _>>()?)
    }

    /// Returns the first row. All rows are fetched and checked: if filter and policy both fail, another tenant's row with the same id must be noticed.
    pub(crate) async fn fetch_optional<R: for<'r> FromRow<'r, PgRow>>(
        self,
    ) -> Result<Option<R>, Error> {
        let rows = self.fetch_rows().await?;
        Ok(rows.first().map(R::from_row).transpose()?)
    }

    /// The same for a statement that always returns a row.
    ///
    /// # Errors
    /// [`Error::Statement`] if there is no row.
    pub(crate) async fn fetch_one<R: for<'r> FromRow<'r, PgRow>>(self) -> Result<R, Error> {
        self.fetch_optional().await?.ok_or(Error::Statement(sqlx::Error::RowNotFound))
    }

    /// Runs a write and returns how many rows it changed. A row of another tenant is an error, which rolls the unit of work back: this keeps a write
    /// safe even if filter and policy both fail.
    pub(crate) async fn execute(self) -> Result<usize, Error> {
        Ok(self.fetch_rows().await?.len())
    }
}

impl StampColumns {
    fn of(row: &PgRow) -> Result<Self, Error> {
        let (mut tenants, mut own) = (Vec::new(), None);
        for column in row.columns() {
            if column.name().ends_with("tenant_id") {
                tenants.push(column.ordinal());
            } else if column.name() == "own" {
                own = Some(column.ordinal());
            }
        }
        if tenants.is_empty() && own.is_none() {
            return Err(Error::Unstamped);
        }
        Ok(Self { tenants, own })
    }
}

/// Returns the SQL that follows `begin` in the same message: it binds the transaction to the tenant, and returns the tenant that the policies see
/// then. Only here a tenant's id becomes part of a statement's text: it is a UUID by type. The setting ends with the transaction; if that fails, the
/// pool resets it.
fn binding(kind: WorkKind, tenant: TenantId, faults: &Faults) -> String {
    let local = if faults.is_on(Lock::Transaction) { " local" } else { "" };
    let setting = Uuid::from_u128(faults.setting(tenant.as_uuid().as_u128()));
    let longer = match kind {
        WorkKind::Read | WorkKind::Write => String::new(),
        WorkKind::Job => format!("; set local statement_timeout = {}", JOB.as_millis()),
    };
    let bypass = faults.bypass_sql();
    format!("; set{local} app.tenant_id = '{setting}'{longer}; select app.tenant_id(){bypass}")
}

impl WorkKind {
    /// Whether its transaction may write.
    const fn access(self) -> Access {
        match self {
            Self::Read => Access::Read,
            Self::Write | Self::Job => Access::Write,
        }
    }

    /// How long its statements may take together.
    pub(super) fn limit(self, store: &Store) -> Duration {
        if self == Self::Job { JOB } else { store.statement_timeout * 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binding_ends_with_the_transaction() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        let begins = "; set local app.tenant_id = '00000000-0000-0000-0000-000000000007'";
        assert_eq!(
            binding(WorkKind::Read, tenant, &Faults::default()),
            format!("{begins}; select app.tenant_id()")
        );
        assert_eq!(
            binding(WorkKind::Job, tenant, &Faults::default()),
            format!("{begins}; set local statement_timeout = 600000; select app.tenant_id()")
        );
    }
}
