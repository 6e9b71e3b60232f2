//! The tenant door: a transaction bound to the tenant of a [`TenantContext`].

use std::time::Duration;

use domain::{TenantId, Visibility};
use sqlx::{PgConnection, SqlStr};
use tenancy::{Actor, TenantContext};
use uuid::Uuid;

use super::{Access, Stamp, Transaction, Work};
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
    stamp: Stamp,
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
        let stamp = Stamp::of(context.tenant());
        self.spawn(async move {
            let tenant = context.tenant();
            let binding = binding(kind, tenant, &store.statements.locks);
            let transaction =
                Transaction::begin(&store, &store.app, tenant.into(), kind.access(), &binding)
                    .await?;
            let (actor, visibility) = (context.actor().clone(), context.visibility());
            let mut tx = TenantTx { transaction, stamp, actor, visibility };
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
        self.stamp.tenant()
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
        self.stamp.check(stamp, &self.statements().locks)
    }

    /// The lock "Stamp" for rows that were only counted: whether all of them were this tenant's; `None` if there were none.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        self.stamp.check_count(own, &self.statements().locks)
    }
}

/// What stands behind `begin` in the same message. This is the one place where a tenant's id becomes part of a statement's text:
/// it is a UUID by type, the setting ends with the transaction, and the pool forgets it should that fail.
pub(super) fn binding(kind: Kind, tenant: TenantId, locks: &Locks) -> String {
    let (local, past) = (locks.transaction(), locks.past_the_policies());
    let longer = match kind {
        Kind::Read | Kind::Write => String::new(),
        Kind::Job => format!(", set_config('statement_timeout', '{}', true)", JOB.as_millis()),
    };
    format!("; select set_config('app.tenant_id', '{tenant}', {local}){longer}{past}")
}

impl Kind {
    /// What its transaction may do.
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
            binding(Kind::Read, tenant, &Locks::default()),
            "; select set_config('app.tenant_id', '00000000-0000-0000-0000-000000000007', true)"
        );
    }
}
