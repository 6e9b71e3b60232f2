//! Lists employees: filtered, searched, sorted, a page at a time.

use domain::{Cursor, EmployeeQuery, SortColumn, SortKey};
use sqlx::{Row, ValueRef, postgres::PgRow};
use tenancy::TenantContext;

use super::{
    VisibleEmployees,
    page::{EmployeePage, page, reads_upwards},
    read_fields::{self, DEPARTMENT_COLUMNS, push_columns},
};
use crate::{
    Error, Store,
    statement::StatementBuilder,
    transactions::{TenantTx, WorkKind},
};

/// The positions of columns in the result of [`push_statement`]: the total, the sort key, and the first column of an employee. Between them is `own`,
/// whether all counted rows are the tenant's, which the transaction has checked.
const TOTAL: usize = 0;
const SORT_KEY: usize = 2;
const EMPLOYEE: usize = 3;

impl Store {
    /// Returns a page of the employees that the viewer can see.
    ///
    /// # Errors
    /// [`Error::FieldNotVisible`] if the sort order would reveal a field the viewer may not see, [`Error::InvalidCursor`] if the cursor was made for
    /// another sort order, [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.employee.list", skip_all)]
    pub async fn list_employees(
        &self,
        context: &TenantContext,
        query: &EmployeeQuery,
    ) -> Result<EmployeePage, Error> {
        if query.sort.column.reveals().is_some_and(|field| !context.visibility().sees(field)) {
            return Err(Error::FieldNotVisible);
        }
        if query.cursor.as_ref().is_some_and(|cursor| !fits(cursor, query)) {
            return Err(Error::InvalidCursor);
        }
        if cannot_be_stored(query) {
            return Ok(page(&EmployeeQuery { cursor: None, ..query.clone() }, Vec::new(), 0));
        }
        let query = query.clone();
        self.for_tenant(context, WorkKind::Read, |tx| {
            Box::pin(async move { list(tx, &query).await })
        })
        .await
    }
}

async fn list(tx: &mut TenantTx, query: &EmployeeQuery) -> Result<EmployeePage, Error> {
    let mut builder = tx.statement_builder()?;
    push_statement(&mut builder, tx, query);
    let rows = tx.query_built(&mut builder).fetch_rows().await?;
    let total: i64 = rows.first().map_or(Ok(0), |row| row.try_get(TOTAL))?;
    let mut read = Vec::with_capacity(rows.len());
    for row in &rows {
        // Every row has the total, so an empty page is one row with the total only.
        if !row.try_get_raw(EMPLOYEE)?.is_null() {
            read.push((read_fields::read(row, EMPLOYEE)?, sort_key(row, query.sort.column)?));
        }
    }
    // The join with the departments guarantees no order, and sorting here is faster than a second sort in PostgreSQL.
    let upwards = reads_upwards(query);
    read.sort_by(|(one, key), (other, other_key)| {
        let order = (key, one.id).cmp(&(other_key, other.id));
        if upwards { order } else { order.reverse() }
    });
    Ok(page(query, read, total.unsigned_abs()))
}

/// The page and the total in one statement, so that both come from one round trip.
pub(crate) fn push_statement(builder: &mut StatementBuilder, tx: &TenantTx, query: &EmployeeQuery) {
    let visible = VisibleEmployees(tx.visibility());
    let order = if reads_upwards(query) { " asc" } else { " desc" };
    visible.push_with_clause(builder);
    push_matches(builder, visible, query);
    builder.push(
        "
        select counted.total, counted.own, e.*, ",
    );
    builder.push(DEPARTMENT_COLUMNS).push("\n          from (");
    push_count(builder, tx, query);
    builder
        .push(
            ") as counted
          left join lateral (
        select ",
        )
        .push(column(query.sort.column))
        .push(" as sort_key, ");
    push_columns(builder, tx.visibility());
    builder.push(
        "
          from employee as e
         where e.tenant_id = $1",
    );
    push_filters(builder, visible, query);
    if let Some(cursor) = &query.cursor {
        push_cursor(builder, cursor, reads_upwards(query));
    }
    builder
        .push(" order by ")
        .push(column(query.sort.column))
        .push(order)
        .push(", e.id")
        .push(order);
    builder.push(" limit ").bind(i64::from(query.limit) + 1).push(
        ") as e on true
          left join department as d on d.tenant_id = $1 and d.tenant_id = e.tenant_id and d.id = e.department_id",
    );
}

/// The total of all pages, and whether all counted rows are the tenant's. Without search words, for viewers who see the whole tenant, the total is
/// the sum of `employee_tally`: a few rows, whatever the number of employees. Otherwise the employees are counted.
fn push_count(builder: &mut StatementBuilder, tx: &TenantTx, query: &EmployeeQuery) {
    let visible = VisibleEmployees(tx.visibility());
    let is_tallied = visible.is_all() && query.words.is_empty();
    builder.push(if is_tallied {
        "select coalesce(sum(e.headcount), 0)::bigint as total"
    } else {
        "select count(*) as total"
    });
    builder.push(", bool_and(e.tenant_id = ").bind(tx.tenant().as_uuid()).push(
        ") as own
                  from ",
    );
    builder.push(if is_tallied { "employee_tally" } else { "employee" }).push(
        " as e
                 where e.tenant_id = $1",
    );
    push_filters(builder, visible, query);
}

/// The employees that every search word matches, computed once for page and total. A word is a range of terms, from the word itself to the word with
/// the last character of Unicode. Unlike `^@` with a bound value, a range is an index condition in the generic plan too.
fn push_matches(builder: &mut StatementBuilder, visible: VisibleEmployees, query: &EmployeeQuery) {
    for (n, word) in query.words.iter().enumerate() {
        builder.push(match (n, visible.has_with_clause()) {
            (0, false) => " with found as materialized (",
            (0, true) => ", found as materialized (",
            _ => " intersect ",
        });
        builder
            .push(
                "
            select t.tenant_id, t.employee_id
              from employee_term as t
             where t.tenant_id = $1
               and t.term >= ",
            )
            .bind(word.clone())
            .push(" and t.term < ")
            .bind(format!("{word}\u{10ffff}"));
    }
    if !query.words.is_empty() {
        builder.push(")");
    }
}

/// Limits the rows to what the viewer may see and what the query asks for.
fn push_filters(builder: &mut StatementBuilder, visible: VisibleEmployees, query: &EmployeeQuery) {
    visible.push_condition(builder);
    let statuses: Vec<&str> = query.statuses.iter().map(|status| status.as_str()).collect();
    builder.push(" and e.status = any(").bind(statuses).push(")");
    if let Some(department) = query.department {
        builder.push(" and e.department_id = ").bind(department.as_uuid());
    }
    if let Some(location) = &query.location {
        builder.push(" and e.location = ").bind(location.as_str().to_owned());
    }
    if !query.words.is_empty() {
        builder.push(
            " and (e.tenant_id, e.id) in (select found.tenant_id, found.employee_id from found)",
        );
    }
}

/// Limits the rows to those beyond the cursor. Only `key >= k` is the index condition: a row comparison is not leakproof, so PostgreSQL does not use
/// it in an index scan under row-level security.
fn push_cursor(builder: &mut StatementBuilder, cursor: &Cursor, upwards: bool) {
    let (at_least, more) = if upwards { (" >= ", " > ") } else { (" <= ", " < ") };
    let key = column(cursor.sort.column);
    builder.push(" and ").push(key).push(at_least);
    bind_key(builder, &cursor.key);
    builder.push(" and (").push(key).push(more);
    bind_key(builder, &cursor.key);
    builder.push(" or e.id").push(more).bind(cursor.id.as_uuid()).push(")");
}

fn bind_key(builder: &mut StatementBuilder, key: &SortKey) {
    match key {
        SortKey::Text(text) => builder.bind(text.as_str().to_owned()),
        SortKey::Integer(number) => builder.bind(*number),
        SortKey::Date(day) => builder.bind(*day),
    };
}

/// The column with the key of a sort order. Each has an index that begins with `tenant_id`.
const fn column(column: SortColumn) -> &'static str {
    match column {
        SortColumn::Name => "e.name_key",
        SortColumn::Number => "e.number",
        SortColumn::Position => "e.position_key",
        SortColumn::Department => "e.department_key",
        SortColumn::Location => "e.location_key",
        SortColumn::Status => "e.status",
        SortColumn::StartedOn => "e.started_on",
        SortColumn::Salary => "e.salary_minor",
    }
}

fn sort_key(row: &PgRow, column: SortColumn) -> Result<SortKey, Error> {
    Ok(match column {
        SortColumn::Number | SortColumn::Salary => SortKey::Integer(row.try_get(SORT_KEY)?),
        SortColumn::StartedOn => SortKey::Date(row.try_get(SORT_KEY)?),
        _ => {
            let text: &str = row.try_get(SORT_KEY)?;
            SortKey::Text(text.parse().map_err(|_| Error::Corrupt("sort key"))?)
        }
    })
}

/// Whether the cursor has the sort order of the query, and a key of the type that this order has.
fn fits(cursor: &Cursor, query: &EmployeeQuery) -> bool {
    let kind = match (&cursor.key, query.sort.column) {
        (SortKey::Integer(_), SortColumn::Number | SortColumn::Salary)
        | (SortKey::Date(_), SortColumn::StartedOn) => true,
        (SortKey::Text(_), column) => {
            !matches!(column, SortColumn::Number | SortColumn::Salary | SortColumn::StartedOn)
        }
        _ => false,
    };
    kind && cursor.sort == query.sort
}

/// Whether a search word contains U+0000. PostgreSQL cannot store it, so no row matches, and the statement would fail.
fn cannot_be_stored(query: &EmployeeQuery) -> bool {
    query.words.iter().any(|text| text.contains('\0'))
}
