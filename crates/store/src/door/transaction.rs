//! One transaction on a connection that is alive, from `begin` to `commit`.

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, Executor, PgConnection, PgPool, Postgres, SqlStr, pool::PoolConnection, raw_sql,
};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use crate::{Error, Store, error::is_connection_lost, pulse::Pulse, statement::Statements};

/// How long PostgreSQL may take to end a transaction that failed, before its connection is thrown away.
const ROLLBACK: Duration = Duration::from_secs(2);

/// A transaction; it is private to the doors, which say what it is bound to.
pub(crate) struct Transaction {
    connection: PoolConnection<Postgres>,
    statements: Statements,
    patience: Duration,
    pulse: Pulse,
    /// Given back when the unit of work is over.
    _place: OwnedSemaphorePermit,
}

impl Transaction {
    /// Takes a connection and begins with the opening statements, in one round trip.
    ///
    /// After a restart of PostgreSQL every idle connection is dead and says so at the first statement. The opening changes
    /// nothing by itself, so it is tried again on the next connection until one answers; a new one cannot be dead unnoticed.
    pub(crate) async fn begin(store: &Store, pool: &PgPool, opening: &str) -> Result<Self, Error> {
        let (mut dead, pulse) = (0, store.pulse.clone());
        let place = pulse.place()?;
        loop {
            let mut connection = pulse.while_it_lives(pool.acquire()).await??;
            let begun = pulse
                .while_it_lives(timeout(
                    store.patience,
                    connection.execute(raw_sql(AssertSqlSafe(opening))),
                ))
                .await;
            match begun {
                Ok(Ok(Ok(_))) => {
                    let (statements, patience) = (store.statements.clone(), store.patience);
                    return Ok(Self { connection, statements, patience, pulse, _place: place });
                }
                Ok(Ok(Err(error)))
                    if is_connection_lost(&error)
                        && dead < pool.options().get_max_connections() =>
                {
                    dead += 1;
                    drop(connection.detach());
                }
                Ok(Ok(Err(error))) => return Err(error.into()),
                Ok(Err(_)) => {
                    drop(connection.detach());
                    return Err(Error::TooSlow);
                }
                Err(silent) => {
                    drop(connection.detach());
                    return Err(silent);
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

    /// Commits what worked, rolls back what did not, and throws the connection away if PostgreSQL fell silent.
    pub(crate) async fn end<T>(mut self, worked: Result<T, Error>) -> Result<T, Error> {
        match worked {
            Ok(answer) => {
                let (patience, pulse) = (self.patience, self.pulse.clone());
                let committing = timeout(patience, self.connection.execute("commit"));
                match pulse.while_it_lives(committing).await {
                    Ok(Ok(committed)) => committed.map(|_| answer).map_err(Error::from),
                    Ok(Err(_)) => self.throw_away(Error::TooSlow),
                    Err(silent) => self.throw_away(silent),
                }
            }
            Err(gave_up @ (Error::TooSlow | Error::Silent)) => self.throw_away(gave_up),
            Err(error) => {
                if timeout(ROLLBACK, self.connection.execute("rollback")).await.is_err() {
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
