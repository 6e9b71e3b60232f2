//! The tenant door: a transaction bound to the tenant of a [`TenantContext`].

use std::time::Duration;

use domain::{TenantId, Visibility};
use sqlx::{PgConnection, SqlStr};
use tenancy::{Actor, TenantContext};
use uuid::Uuid;

use super::{Transaction, Work};
use crate::{Error, Store, locks::Locks, statement::Statements};

/// How long a maintenance job may take.
const JOB: Duration = Duration::from_mins(10);

/// What a unit of work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers a request from one snapshot and can write nothing.
    Read,
    /// Writes for a request. Statements see what others committed before them: whoever waited for the company's writers' lock
    /// must not go on with what was true before it waited.
    Write,
    /// Writes for a maintenance job, whose statements may take longer than a request's.
    Job,
}

/// A transaction bound to one tenant, acting for someone with that visibility.
pub(crate) struct TenantTx {
    transaction: Transaction,
    tenant: TenantId,
    actor: Actor,
    visibility: Visibility,
}

impl Store {
    /// Runs a unit of work for one tenant.
    pub(crate) async fn for_tenant<T: Send + 'static>(
        &self,
        context: &TenantContext,
        kind: Kind,
        work: impl for<'t> FnOnce(&'t mut TenantTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, context) = (self.clone(), context.clone());
        self.spawn(async move {
            let tenant = context.tenant();
            let opening = opening(kind, tenant, &store.statements.locks);
            let transaction = Transaction::begin(&store, &store.app, &opening).await?;
            let (actor, visibility) = (context.actor().clone(), context.visibility());
            let mut tx = TenantTx { transaction, tenant, actor, visibility };
            let limit = if kind == Kind::Job { JOB } else { store.patience * 2 };
            let worked = store.patiently(limit, work(&mut tx)).await;
            tx.transaction.end(worked).await
        })
        .await
    }
}

impl TenantTx {
    /// The statement as the locks say it.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        self.transaction.text(sql)
    }

    /// The texts from which a statement is put together.
    pub(crate) const fn statements(&self) -> &Statements {
        self.transaction.statements()
    }

    /// Where statements run.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }

    /// The tenant, to hold against what a statement counts.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may see.
    pub(crate) const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// The lock "Stamp": a row says whose it is, and another tenant's never leaves.
    pub(crate) fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        check_stamp(self.tenant, stamp, &self.statements().locks)
    }

    /// The lock "Stamp" for rows that were only counted: whether all of them were this tenant's; `None` if there were none.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        check_count(self.tenant, own, &self.statements().locks)
    }
}

/// See [`TenantTx::check_stamp`].
pub(super) fn check_stamp(tenant: TenantId, stamp: Uuid, locks: &Locks) -> Result<(), Error> {
    if tenant.as_uuid() == stamp || !locks.stamp() {
        return Ok(());
    }
    tracing::error!(alert = "row_tenant", %tenant, foreign = %stamp, "store.row.foreign_tenant");
    Err(Error::ForeignRow)
}

/// See [`TenantTx::check_count`].
pub(super) fn check_count(tenant: TenantId, own: Option<bool>, locks: &Locks) -> Result<(), Error> {
    if own.unwrap_or(true) || !locks.stamp() {
        return Ok(());
    }
    tracing::error!(alert = "row_tenant", %tenant, "store.count.foreign_tenant");
    Err(Error::ForeignRow)
}

/// Begins and binds in one round trip. This is the one place where a tenant's id becomes part of a statement's text: it is a
/// UUID by type, the setting ends with the transaction, and the pool forgets it should that fail.
pub(super) fn opening(kind: Kind, tenant: TenantId, locks: &Locks) -> String {
    let local = locks.transaction();
    let bind = format!("select set_config('app.tenant_id', '{tenant}', {local})");
    let opening = match kind {
        Kind::Read => format!("begin isolation level repeatable read read only; {bind}"),
        Kind::Write => format!("begin isolation level read committed; {bind}"),
        Kind::Job => {
            format!("begin; {bind}, set_config('statement_timeout', '{}', true)", JOB.as_millis())
        }
    };
    opening + locks.past_the_policies()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binding_ends_with_the_transaction() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        assert_eq!(
            opening(Kind::Read, tenant, &Locks::default()),
            "begin isolation level repeatable read read only; \
             select set_config('app.tenant_id', '00000000-0000-0000-0000-000000000007', true)"
        );
    }
}
