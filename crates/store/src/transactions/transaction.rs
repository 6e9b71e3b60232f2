//! One transaction on a live connection, from `begin` to its end.

use std::time::Duration;

use share::{Holder, Turn};
use sqlx::{
    AssertSqlSafe, Executor, PgConnection, Postgres, pool::PoolConnection, postgres::PgRow, raw_sql,
};
use tokio::time::timeout;

use crate::{
    Error, Store, error::is_connection_lost, health_check::HealthCheck, pool::Pool,
    statement::Statements,
};

/// How long the rollback of a failed transaction may take, before its connection is closed instead.
const ROLLBACK: Duration = Duration::from_secs(2);

/// Whether a transaction may write. This also decides how it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads one snapshot. PostgreSQL refuses every write, so there is nothing to commit: the work is done after the last statement, and the pool
    /// ends the transaction while the response is sent.
    Read,
    /// Reads and writes. Each statement sees what others committed before it. The work is done only when PostgreSQL has confirmed the commit.
    Write,
}

/// A transaction. The code that begins it decides which tenant it is bound to, if any.
pub(crate) struct Transaction {
    connection: PoolConnection<Postgres>,
    access: Access,
    statements: Statements,
    statement_timeout: Duration,
    health_check: HealthCheck,
    /// The holder's turn at the pool. Fields are dropped in this order, so the turn ends after the connection was returned.
    _turn: Turn,
}

impl Transaction {
    /// Begins a transaction that is bound to no tenant, so the policies refuse every statement on a tenant table.
    pub(crate) async fn begin_unbound(
        store: &Store,
        pool: &Pool,
        holder: Holder,
        access: Access,
    ) -> Result<Self, Error> {
        Ok(Self::begin(store, pool, holder, access, "").await?.0)
    }

    /// Waits for the holder's turn, takes a connection, and begins and binds the transaction in one round trip. Also returns the row with which the
    /// binding answers. Every unit of work begins here, so a transaction that is never committed is always read only.
    ///
    /// After a restart of PostgreSQL every idle connection is dead, and its first statement fails. `begin` changes no data, so it is retried on the
    /// next connection until one answers. A connection that is opened anew reports its own error.
    pub(super) async fn begin(
        store: &Store,
        pool: &Pool,
        holder: Holder,
        access: Access,
        binding: &str,
    ) -> Result<(Self, Option<PgRow>), Error> {
        let opening = access.opening().to_owned() + binding;
        let (mut dead, health_check) = (0, store.health_check.clone());
        health_check.check()?;
        let place = pool.places.take(holder)?;
        // Each holder has a queue of its own, so that the work of one tenant does not wait behind that of another.
        let turn = health_check.while_healthy(place.turn_within(pool.acquire_timeout())).await??;
        loop {
            let mut connection = health_check.while_healthy(pool.connections.acquire()).await??;
            let opened = connection.fetch_optional(raw_sql(AssertSqlSafe(opening.as_str())));
            match health_check.while_healthy_within(store.statement_timeout, opened).await {
                Ok(Ok(answer)) => {
                    let begun = Self {
                        connection,
                        access,
                        statements: store.statements.clone(),
                        statement_timeout: store.statement_timeout,
                        health_check,
                        _turn: turn,
                    };
                    return Ok((begun, answer));
                }
                Ok(Err(error))
                    if is_connection_lost(&error)
                        && dead < pool.connections.options().get_max_connections() =>
                {
                    dead += 1;
                    drop(connection.detach());
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(timed_out) => {
                    drop(connection.detach());
                    return Err(timed_out);
                }
            }
        }
    }

    /// The statement texts.
    pub(super) const fn statements(&self) -> &Statements {
        &self.statements
    }

    /// The connection that statements run on. The transaction of a tenant is private to this module, so only statements without a tenant can use this.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Commits a write that worked, rolls back one that failed, and closes the connection if PostgreSQL did not answer in time.
    ///
    /// If PostgreSQL does not confirm a commit, the error is [`Error::CommitUnanswered`]. With any other error nothing was committed: either the
    /// commit was never sent, or PostgreSQL refused it.
    ///
    /// Every other connection returns to the pool inside a transaction, so that the pool can end it without a warning in PostgreSQL's log: a read's
    /// own transaction, or the empty one that is begun together with the commit or rollback of a write.
    pub(crate) async fn end<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        match result {
            Err(timed_out @ (Error::TimedOut | Error::Unhealthy)) => {
                self.close_connection(timed_out)
            }
            result if self.access == Access::Read => result,
            Ok(answer) => {
                let committing = self.connection.execute("commit; begin");
                match self
                    .health_check
                    .while_healthy_within(self.statement_timeout, committing)
                    .await
                {
                    Ok(committed) => committed.map(|_| answer).map_err(Error::of_commit),
                    Err(timed_out) => {
                        self.close_connection(Error::CommitUnanswered(Box::new(timed_out)))
                    }
                }
            }
            Err(error) => {
                // Waits for the rollback, so that all locks are released when the caller gets the error.
                let rolling_back = self.connection.execute("rollback; begin");
                if timeout(ROLLBACK, rolling_back).await.is_err() {
                    drop(self.connection.detach());
                }
                Err(error)
            }
        }
    }

    fn close_connection<T>(self, timed_out: Error) -> Result<T, Error> {
        drop(self.connection.detach());
        Err(timed_out)
    }
}

impl Access {
    const fn opening(self) -> &'static str {
        match self {
            Self::Read => "begin isolation level repeatable read read only",
            Self::Write => "begin isolation level read committed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_write_transaction_can_write() {
        assert!(Access::Read.opening().ends_with(" read only"));
        assert!(!Access::Write.opening().contains("read only"));
    }
}
