//! One transaction on a connection that is alive, from its opening to its end.

use std::time::Duration;

use share::{Holder, Turn};
use sqlx::{
    AssertSqlSafe, Executor, PgConnection, Postgres, SqlStr, pool::PoolConnection, raw_sql,
};
use tokio::time::timeout;

use crate::{
    Error, Store, error::is_connection_lost, pool::Pool, pulse::Pulse, statement::Statements,
};

/// How long PostgreSQL may take to end a transaction that failed, before its connection is thrown away.
const ROLLBACK: Duration = Duration::from_secs(2);

/// What a transaction may do, and so how it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads one snapshot. PostgreSQL refuses every write in it, so there is nothing to commit: once the last statement has
    /// answered, the work is done, and the pool ends the transaction while the answer is on its way.
    Read,
    /// It writes. Statements see what others committed before them. Nothing is done until PostgreSQL has said that it is.
    Write,
}

/// A transaction; it is private to the doors, which say what it is bound to.
pub(crate) struct Transaction {
    connection: PoolConnection<Postgres>,
    access: Access,
    statements: Statements,
    patience: Duration,
    pulse: Pulse,
    /// The holder's turn at the pool. It ends after the connection was returned: fields are dropped in this order.
    _turn: Turn,
}

impl Transaction {
    /// Waits for the holder's turn, takes a connection, begins and binds, in one round trip. Nothing but this begins a transaction for a unit of work, so what
    /// will not be committed is always read only.
    ///
    /// After a restart of PostgreSQL every idle connection is dead and says so at the first statement. The opening changes
    /// nothing by itself, so it is tried again on the next connection until one answers; a new one cannot be dead unnoticed.
    pub(crate) async fn begin(
        store: &Store,
        pool: &Pool,
        holder: Holder,
        access: Access,
        binding: &str,
    ) -> Result<Self, Error> {
        let opening = access.opening().to_owned() + binding;
        let (mut dead, pulse) = (0, store.pulse.clone());
        pulse.check()?;
        let place = pool.places.take(holder)?;
        // Each holder has a queue of its own, so that the work of one tenant does not wait behind that of another.
        let turn = pulse.while_it_lives(place.turn_within(pool.acquire_timeout())).await??;
        loop {
            let mut connection = pulse.while_it_lives(pool.connections.acquire()).await??;
            let opened = connection.execute(raw_sql(AssertSqlSafe(opening.as_str())));
            match pulse.while_it_lives_within(store.patience, opened).await {
                Ok(Ok(_)) => {
                    return Ok(Self {
                        connection,
                        access,
                        statements: store.statements.clone(),
                        patience: store.patience,
                        pulse,
                        _turn: turn,
                    });
                }
                Ok(Err(error))
                    if is_connection_lost(&error)
                        && dead < pool.connections.options().get_max_connections() =>
                {
                    dead += 1;
                    drop(connection.detach());
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(gave_up) => {
                    drop(connection.detach());
                    return Err(gave_up);
                }
            }
        }
    }

    /// The statement as the locks say it.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        self.statements.text(sql)
    }

    /// The texts from which a statement is put together.
    pub(crate) const fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Where statements run.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Commits what was written, rolls back what did not work, and throws the connection away if PostgreSQL fell silent.
    ///
    /// A commit whose answer is lost is [`Error::CommitUnanswered`]. With any other error nothing was committed: either the commit was never sent, or
    /// PostgreSQL refused it.
    ///
    /// Every other connection goes back to the pool inside of a transaction, so that the pool can end it without a word in
    /// PostgreSQL's log: the one that read, or the empty one that is begun with the end of the one that wrote.
    pub(crate) async fn end<T>(mut self, worked: Result<T, Error>) -> Result<T, Error> {
        match worked {
            Err(gave_up @ (Error::TooSlow | Error::Silent)) => self.throw_away(gave_up),
            worked if self.access == Access::Read => worked,
            Ok(answer) => {
                let committing = self.connection.execute("commit; begin");
                match self.pulse.while_it_lives_within(self.patience, committing).await {
                    Ok(committed) => committed.map(|_| answer).map_err(Error::of_commit),
                    Err(gave_up) => self.throw_away(Error::CommitUnanswered(Box::new(gave_up))),
                }
            }
            Err(error) => {
                // Waited for, so that whoever is told of it finds no lock of it any more.
                let rolling_back = self.connection.execute("rollback; begin");
                if timeout(ROLLBACK, rolling_back).await.is_err() {
                    drop(self.connection.detach());
                }
                Err(error)
            }
        }
    }

    fn throw_away<T>(self, gave_up: Error) -> Result<T, Error> {
        drop(self.connection.detach());
        Err(gave_up)
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
    fn what_is_not_committed_can_write_nothing() {
        assert!(Access::Read.opening().ends_with(" read only"));
        assert!(!Access::Write.opening().contains("read only"));
    }
}
