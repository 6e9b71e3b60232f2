//! The SQL of a tenant's transaction. `$1` is always the tenant, and a text without the tenant does not compile.

use std::borrow::Cow;

use domain::TenantId;
use lab::{Faults, Lock, SourceOverrides};
use sqlx::{
    Arguments, AssertSqlSafe, Encode, Postgres, QueryBuilder, SqlSafeStr, SqlStr, Type,
    postgres::PgArguments,
};
use uuid::Uuid;

use crate::Error;

/// The text of a whole statement for a tenant's transaction. [`tenant_sql`] makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TenantSql(&'static str);

/// Makes a [`TenantSql`] from a literal, or from the `concat!` of literals. `$1` is the tenant, and the caller's values follow from `$2` on.
///
/// A text without `$1`, or a write that does not return its tenant, does not compile.
macro_rules! tenant_sql {
    ($text:literal) => {
        const { $crate::statement::TenantSql::new($text) }
    };
    (concat!($($part:tt)+)) => {
        const { $crate::statement::TenantSql::new(concat!($($part)+)) }
    };
}
pub(crate) use tenant_sql;

impl TenantSql {
    /// Checks the text, at compile time.
    pub(crate) const fn new(text: &'static str) -> Self {
        assert!(contains(text, "$1"), "the statement does not use `$1`, the tenant");
        assert!(
            !writes(text) || returns_tenant(text),
            "a statement that writes must say `returning tenant_id`"
        );
        Self(text)
    }
}

/// Whether the statement changes rows. `for update` only locks them.
const fn writes(text: &str) -> bool {
    contains(text, "insert into ")
        || contains(text, "delete from ")
        || contains(text, "merge into ")
        || updates(text)
}

/// Whether the statement is an `update`, on its own or in a `with` clause.
const fn updates(text: &str) -> bool {
    let text = text.trim_ascii_start();
    begins_with(text.as_bytes(), 0, b"update ") || contains(text, "(update ")
}

/// Whether the statement names a column `tenant_id` after `returning`.
const fn returns_tenant(text: &str) -> bool {
    match find(text, 0, "returning ") {
        Some(at) => find(text, at, "tenant_id").is_some(),
        None => false,
    }
}

const fn contains(text: &str, part: &str) -> bool {
    find(text, 0, part).is_some()
}

/// Finds `part` from the byte `from` on. `str::find` cannot run at compile time.
const fn find(text: &str, from: usize, part: &str) -> Option<usize> {
    let mut at = from;
    while at + part.len() <= text.len() {
        if begins_with(text.as_bytes(), at, part.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn begins_with(text: &[u8], at: usize, part: &[u8]) -> bool {
    let mut n = 0;
    while n < part.len() {
        if at + n >= text.len() || text[at + n] != part[n] {
            return false;
        }
        n += 1;
    }
    true
}

/// Returns statement texts as they are written, or without the tenant filter while a lab build has that lock off.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statements {
    /// The locks that are off for the statements and their rows.
    pub(crate) faults: Faults,
    /// Wrong sources of the tenant, for tests in lab builds.
    pub(crate) overrides: SourceOverrides,
}

impl Statements {
    /// The statement texts, with the locks that `faults` leaves on.
    pub(crate) fn new(faults: Faults) -> Self {
        Self { faults, overrides: SourceOverrides::default() }
    }

    /// The text of a whole statement.
    pub(crate) fn text(&self, sql: TenantSql) -> SqlStr {
        AssertSqlSafe(self.part(sql.0)).into_sql_str()
    }

    /// One part of a statement that a [`StatementBuilder`] builds.
    fn part(&self, sql: &'static str) -> Cow<'static, str> {
        if self.faults.is_on(Lock::Filter) {
            Cow::Borrowed(sql)
        } else {
            Cow::Owned(without_filter(sql))
        }
    }

    /// Whether a transaction begins only if the setting names its tenant: while one of the locks is on that compare with the tenant of the context.
    pub(crate) fn compares_setting(&self) -> bool {
        self.overrides.compares_setting()
            && (self.faults.is_on(Lock::Filter) || self.faults.is_on(Lock::Stamp))
    }

    /// The tenant that statements bind as `$1`: that of their transaction, unless a test has another one bound.
    pub(crate) fn parameter(&self, tenant: TenantId) -> Uuid {
        Uuid::from_u128(self.overrides.parameter(tenant.as_uuid().as_u128()))
    }
}

/// A statement builder for reads. `$1` is the tenant. It takes only static SQL texts and bound values, so no input becomes part of the SQL.
pub(crate) struct StatementBuilder {
    statements: Statements,
    builder: QueryBuilder<Postgres>,
}

impl StatementBuilder {
    /// Starts with an empty statement whose `$1` is the tenant.
    pub(crate) fn new(statements: &Statements, tenant: TenantId) -> Result<Self, Error> {
        let mut arguments = PgArguments::default();
        arguments.add(statements.parameter(tenant)).map_err(sqlx::Error::Encode)?;
        let builder = QueryBuilder::with_arguments("", arguments);
        Ok(Self { statements: statements.clone(), builder })
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

    /// Returns the finished statement, which a transaction runs.
    pub(crate) const fn finish(&mut self) -> &mut QueryBuilder<Postgres> {
        &mut self.builder
    }
}

/// Returns the statement with every `tenant_id = $1` replaced by a condition that is always true, with or without a table alias. The condition keeps
/// the placeholder and its type, because PostgreSQL rejects a value that the text does not use.
fn without_filter(sql: &str) -> String {
    const FILTER: &str = "tenant_id = $1";
    const ALWAYS: &str = "$1::uuid is not null";
    let alias = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let (mut text, mut rest) = (String::with_capacity(sql.len()), sql);
    while let Some(at) = rest.find(FILTER) {
        let (before, after) = (&rest[..at], &rest[at + FILTER.len()..]);
        // `$1` is also the beginning of `$10`.
        let whole = !after.starts_with(|c: char| c.is_ascii_digit());
        let before_alias =
            if before.ends_with('.') { before.trim_end_matches(alias) } else { before };
        text.push_str(if whole { before_alias } else { before });
        text.push_str(if whole { ALWAYS } else { FILTER });
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_replaced_with_any_alias() {
        for (with, without) in [
            (
                "select id from employee as e where e.tenant_id = $1 and e.id = $2",
                "select id from employee as e where $1::uuid is not null and e.id = $2",
            ),
            ("delete from x where tenant_id = $1", "delete from x where $1::uuid is not null"),
            (
                "where e.tenant_id = $12 and x.tenant_id = $1",
                "where e.tenant_id = $12 and $1::uuid is not null",
            ),
            ("insert into x (tenant_id) values ($1)", "insert into x (tenant_id) values ($1)"),
            ("select 1", "select 1"),
        ] {
            assert_eq!(without_filter(with), without);
        }
    }

    /// I4: every other test of this crate shows that the statements of the product pass.
    #[test]
    fn a_statement_without_its_tenant_is_refused() {
        for refused in [
            "select tenant_id from account where id = $2",
            "select 1",
            "update account set role = $2 where tenant_id = $1",
            "\n        update account set role = $2 where tenant_id = $1 returning id",
            "insert into mail (tenant_id) values ($1)",
            "insert into mail (tenant_id) values ($1) on conflict do nothing returning id",
            "delete from mail where tenant_id = $1",
            "with gone as (update mail set id = $2 where tenant_id = $1) select 1",
            "merge into mail using new on mail.tenant_id = $1 when matched then delete",
        ] {
            let made = std::panic::catch_unwind(|| TenantSql::new(refused));
            assert!(made.is_err(), "{refused}");
        }
        for accepted in [
            "select tenant_id from account where tenant_id = $1 for update",
            "update account as a set role = $2 where a.tenant_id = $1 returning a.id, a.tenant_id",
            "with gone as (delete from mail where tenant_id = $1 returning tenant_id) select gone.tenant_id from gone",
        ] {
            assert_eq!(TenantSql::new(accepted).0, accepted);
        }
    }

    #[test]
    fn a_statement_from_several_literals_is_one_text() {
        macro_rules! columns {
            () => {
                "id, tenant_id"
            };
        }
        let sql = tenant_sql!(concat!("select ", columns!(), " from x where tenant_id = $1"));
        assert_eq!(sql.0, "select id, tenant_id from x where tenant_id = $1");
    }

    #[test]
    fn the_first_placeholder_of_a_draft_is_the_tenant() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        let mut builder = StatementBuilder::new(&Statements::default(), tenant).unwrap();
        builder.push("select tenant_id from x where tenant_id = $1 and id = ").bind(5_i64);
        let sql = builder.finish().sql();
        assert_eq!(sql.as_str(), "select tenant_id from x where tenant_id = $1 and id = $2");
    }
}
