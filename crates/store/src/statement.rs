//! The one function that every statement's text passes, so that the laboratory can switch the filter off.

use std::borrow::Cow;

use sqlx::{AssertSqlSafe, Encode, Postgres, QueryBuilder, SqlSafeStr, SqlStr, Type};

use crate::locks::Locks;

/// Hands out statement texts as they are written; in laboratory builds, without the filter while that lock is off.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statements {
    /// Which locks the statements and their rows are under.
    pub(crate) locks: Locks,
}

impl Statements {
    /// A whole statement.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        AssertSqlSafe(self.part(sql)).into_sql_str()
    }

    /// A part of a statement that is put together.
    #[cfg(not(feature = "lab"))]
    #[expect(clippy::unused_self, reason = "the laboratory's twin reads its faults")]
    pub(crate) const fn part(&self, sql: &'static str) -> Cow<'static, str> {
        Cow::Borrowed(sql)
    }

    /// A part of a statement that is put together.
    #[cfg(feature = "lab")]
    pub(crate) fn part(&self, sql: &'static str) -> Cow<'static, str> {
        if self.locks.filter() { Cow::Borrowed(sql) } else { Cow::Owned(without_filter(sql)) }
    }
}

/// A statement that is put together from texts of ours and bound values, never from anything else.
pub(crate) struct Draft {
    statements: Statements,
    builder: QueryBuilder<Postgres>,
}

impl Draft {
    /// Begins with nothing.
    pub(crate) fn new(statements: &Statements) -> Self {
        Self { statements: statements.clone(), builder: QueryBuilder::default() }
    }

    /// Goes on with a text of ours.
    pub(crate) fn say(&mut self, sql: &'static str) -> &mut Self {
        let sql = self.statements.part(sql);
        self.builder.push(sql);
        self
    }

    /// Goes on with a value.
    pub(crate) fn bind<'v, V: Encode<'v, Postgres> + Type<Postgres> + 'v>(
        &mut self,
        value: V,
    ) -> &mut Self {
        self.builder.push_bind(value);
        self
    }

    /// The statement, to run it.
    pub(crate) const fn done(&mut self) -> &mut QueryBuilder<Postgres> {
        &mut self.builder
    }
}

/// The statement with every `tenant_id = app.tenant_id()`, whatever its alias, replaced by `true`.
#[cfg(feature = "lab")]
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

#[cfg(all(test, feature = "lab"))]
mod tests {
    use super::*;

    #[test]
    fn the_filter_goes_whatever_its_alias() {
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
