//! Statement texts. Every text passes one function, so that a laboratory build can remove the tenant filter.

use std::borrow::Cow;

use lab::{Faults, Lock};
use sqlx::{AssertSqlSafe, Encode, Postgres, QueryBuilder, SqlSafeStr, SqlStr, Type};

/// Returns statement texts as they are written, or without the tenant filter while a laboratory build has that lock off.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statements {
    /// The locks that are off for the statements and their rows.
    pub(crate) faults: Faults,
}

impl Statements {
    /// The text of a whole statement.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        AssertSqlSafe(self.part(sql)).into_sql_str()
    }

    /// One part of a statement that a [`Draft`] builds.
    pub(crate) fn part(&self, sql: &'static str) -> Cow<'static, str> {
        if self.faults.is_on(Lock::Filter) {
            Cow::Borrowed(sql)
        } else {
            Cow::Owned(without_filter(sql))
        }
    }
}

/// A statement builder. It takes only static SQL texts and bound values, so no input becomes part of the SQL.
pub(crate) struct Draft {
    statements: Statements,
    builder: QueryBuilder<Postgres>,
}

impl Draft {
    /// Starts with an empty statement.
    pub(crate) fn new(statements: &Statements) -> Self {
        Self { statements: statements.clone(), builder: QueryBuilder::default() }
    }

    /// Appends a static SQL text.
    pub(crate) fn push(&mut self, sql: &'static str) -> &mut Self {
        let sql = self.statements.part(sql);
        self.builder.push(sql);
        self
    }

    /// Appends a placeholder, and binds the value to it.
    pub(crate) fn bind<'v, V: Encode<'v, Postgres> + Type<Postgres> + 'v>(
        &mut self,
        value: V,
    ) -> &mut Self {
        self.builder.push_bind(value);
        self
    }

    /// Returns the finished statement, to run it.
    pub(crate) const fn done(&mut self) -> &mut QueryBuilder<Postgres> {
        &mut self.builder
    }
}

/// Returns the statement with every `tenant_id = app.tenant_id()` replaced by `true`, with or without a table alias.
fn without_filter(sql: &str) -> String {
    const FILTER: &str = "tenant_id = app.tenant_id()";
    let mut parts = sql.split(FILTER).peekable();
    let mut text = String::with_capacity(sql.len());
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            text.push_str(part);
            break;
        }
        let alias = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        text.push_str(if part.ends_with('.') { part.trim_end_matches(alias) } else { part });
        text.push_str("true");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_removed_with_any_alias() {
        assert_eq!(
            without_filter(
                "select id from employee as e where e.tenant_id = app.tenant_id() and e.id = $1"
            ),
            "select id from employee as e where true and e.id = $1"
        );
        assert_eq!(
            without_filter("delete from x where tenant_id = app.tenant_id()"),
            "delete from x where true"
        );
        assert_eq!(without_filter("select 1"), "select 1");
    }
}
