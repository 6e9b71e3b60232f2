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
            let opened = connection.execute(raw_sql(AssertSqlSafe(opening)));
            match pulse.while_it_lives_within(store.patience, opened).await {
                Ok(Ok(_)) => {
                    let (statements, patience) = (store.statements.clone(), store.patience);
                    return Ok(Self { connection, statements, patience, pulse, _place: place });
                }
                Ok(Err(error))
                    if is_connection_lost(&error)
                        && dead < pool.options().get_max_connections() =>
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

    /// Commits what worked, rolls back what did not, and throws the connection away if PostgreSQL fell silent.
    pub(crate) async fn end<T>(mut self, worked: Result<T, Error>) -> Result<T, Error> {
        match worked {
            Ok(answer) => {
                let committing = self.connection.execute("commit");
                match self.pulse.while_it_lives_within(self.patience, committing).await {
                    Ok(committed) => committed.map(|_| answer).map_err(Error::from),
                    Err(gave_up) => self.throw_away(gave_up),
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
