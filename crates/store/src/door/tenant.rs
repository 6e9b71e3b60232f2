//! The tenant door: a transaction bound to the tenant of a [`TenantContext`].

use lab::{Faults, Lock};
use std::time::Duration;

use domain::{TenantId, Visibility};
use sqlx::{PgConnection, SqlStr};
use tenancy::{Actor, TenantContext};
use uuid::Uuid;

use super::{Access, Stamp, Transaction, Work};
use crate::{Error, Store, statement::Statements};

/// How long a maintenance job may take.
const JOB: Duration = Duration::from_mins(10);

/// The kind of a unit of work, which decides its access and its time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads for a request, from one snapshot. It cannot write.
    Read,
    /// Writes for a request. Each statement sees what others committed before it: after the wait for the tenant's writer lock, nothing read before
    /// the wait is reused.
    Write,
    /// Writes for a maintenance job, whose statements may take longer than a request's.
    Job,
}

/// A transaction bound to one tenant, with its actor and the actor's visibility.
pub(crate) struct TenantTx {
    transaction: Transaction,
    stamp: Stamp,
    actor: Actor,
    visibility: Visibility,
}

impl Store {
    /// Runs a unit of work for the tenant of `context`.
    pub(crate) async fn for_tenant<T: Send + 'static>(
        &self,
        context: &TenantContext,
        kind: Kind,
        work: impl for<'t> FnOnce(&'t mut TenantTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, context) = (self.clone(), context.clone());
        let stamp = Stamp::of(context.tenant());
        self.spawn(async move {
            let tenant = context.tenant();
            let binding = binding(kind, tenant, &store.statements.faults);
            let transaction =
                Transaction::begin(&store, &store.app, tenant.into(), kind.access(), &binding)
                    .await?;
            let (actor, visibility) = (context.actor().clone(), context.visibility());
            let mut tx = TenantTx { transaction, stamp, actor, visibility };
            let limit = if kind == Kind::Job { JOB } else { store.statement_timeout * 2 };
            let worked = store.with_timeout(limit, work(&mut tx)).await;
            tx.transaction.end(worked).await
        })
        .await
    }
}

impl TenantTx {
    /// Returns the statement's text, with the tenant filter unless a laboratory build has that lock off.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        self.transaction.text(sql)
    }

    /// The statement texts, for a statement that is built from parts.
    pub(crate) const fn statements(&self) -> &Statements {
        self.transaction.statements()
    }

    /// The connection that statements run on.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }

    /// The transaction's tenant, which statements compare with the rows that they count.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.stamp.tenant()
    }

    /// The actor of the request or the job.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The rows and fields that the actor may see.
    pub(crate) const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// The lock Stamp: fails if `stamp`, the tenant that a row carries, is not the transaction's tenant.
    pub(crate) fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        self.stamp.check(stamp, &self.statements().faults)
    }

    /// The lock Stamp for rows that were only counted: `own` is whether all of them are the tenant's, `None` if there were none.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        self.stamp.check_count(own, &self.statements().faults)
    }
}

/// Returns the SQL that follows `begin` in the same message and binds the transaction to the tenant. Only here a tenant's id becomes part of a
/// statement's text: it is a UUID by type. The setting ends with the transaction; if that fails, the pool resets it.
pub(super) fn binding(kind: Kind, tenant: TenantId, faults: &Faults) -> String {
    let (local, bypass) = (faults.is_on(Lock::Transaction), faults.bypass_sql());
    let longer = match kind {
        Kind::Read | Kind::Write => String::new(),
        Kind::Job => format!(", set_config('statement_timeout', '{}', true)", JOB.as_millis()),
    };
    format!("; select set_config('app.tenant_id', '{tenant}', {local}){longer}{bypass}")
}

impl Kind {
    /// Whether its transaction may write.
    pub(super) const fn access(self) -> Access {
        match self {
            Self::Read => Access::Read,
            Self::Write | Self::Job => Access::Write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binding_ends_with_the_transaction() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        assert_eq!(
            binding(Kind::Read, tenant, &Faults::default()),
            "; select set_config('app.tenant_id', '00000000-0000-0000-0000-000000000007', true)"
        );
    }
}
