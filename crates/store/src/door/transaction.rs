//! One transaction on a connection that is alive, from `begin` to `commit`.

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, Executor, PgConnection, PgPool, Postgres, SqlStr, pool::PoolConnection, raw_sql,
};
use tokio::time::{error::Elapsed, timeout};

use crate::{Error, Store, error::is_connection_lost, statement::Statements};

/// How long PostgreSQL may take to end a transaction that failed, before its connection is thrown away.
const ROLLBACK: Duration = Duration::from_secs(2);

/// A transaction; it is private to the doors, which say what it is bound to.
pub(crate) struct Transaction {
    connection: PoolConnection<Postgres>,
    statements: Statements,
    patience: Duration,
}

impl Transaction {
    /// Takes a connection and begins with the opening statements, in one round trip.
    ///
    /// After a restart of PostgreSQL every idle connection is dead and says so at the first statement. The opening changes
    /// nothing by itself, so it is tried again on the next connection until one answers; a new one cannot be dead unnoticed.
    pub(crate) async fn begin(store: &Store, pool: &PgPool, opening: &str) -> Result<Self, Error> {
        let mut dead = 0;
        loop {
            let mut connection = pool.acquire().await?;
            match timeout(store.patience, connection.execute(raw_sql(AssertSqlSafe(opening)))).await
            {
                Ok(Ok(_)) => {
                    return Ok(Self {
                        connection,
                        statements: store.statements.clone(),
                        patience: store.patience,
                    });
                }
                Ok(Err(error))
                    if is_connection_lost(&error)
                        && dead < pool.options().get_max_connections() =>
                {
                    dead += 1;
                    drop(connection.detach());
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => {
                    drop(connection.detach());
                    return Err(Error::TooSlow);
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
    pub(crate) async fn end<T>(
        mut self,
        worked: Result<Result<T, Error>, Elapsed>,
    ) -> Result<T, Error> {
        match worked {
            Ok(Ok(answer)) => match timeout(self.patience, self.connection.execute("commit")).await
            {
                Ok(committed) => committed.map(|_| answer).map_err(Error::from),
                Err(_) => self.throw_away(),
            },
            Ok(Err(error)) => {
                if timeout(ROLLBACK, self.connection.execute("rollback")).await.is_err() {
                    drop(self.connection.detach());
                }
                Err(error)
            }
            Err(_) => self.throw_away(),
        }
    }

    fn throw_away<T>(self) -> Result<T, Error> {
        drop(self.connection.detach());
        Err(Error::TooSlow)
    }
}
