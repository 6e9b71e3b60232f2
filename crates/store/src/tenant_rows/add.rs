//! Adds all rows of a tenant: in one unit of work, with one statement for each table.

use std::collections::HashMap;

use domain::DepartmentId;
use tenancy::TenantContext;
use uuid::Uuid;

use super::{NewAccount, NewDepartment, NewTenantRows};
use crate::{
    Error, NewEmployee, Store,
    employees::write_fields::{self, Written},
    fold::{sort_key, terms},
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

impl Store {
    /// Adds departments, employees with their search terms, and accounts: all or none.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the constraint that the rows violate: a number, an address or a name twice, or an id that none of the rows has.
    #[tracing::instrument(level = "debug", name = "store.tenant_rows.add", skip_all)]
    pub async fn add_tenant_rows(
        &self,
        context: &TenantContext,
        rows: &NewTenantRows,
    ) -> Result<(), Error> {
        let rows = rows.clone();
        self.for_tenant(context, WorkKind::Job, |tx| {
            Box::pin(async move {
                begin_numbers(tx, &rows.employees).await?;
                add_departments(tx, &rows.departments).await?;
                add_employees(tx, &rows).await?;
                add_terms(tx, &rows.employees).await?;
                add_accounts(tx, &rows.accounts).await
            })
        })
        .await
    }
}

async fn add_departments(tx: &mut TenantTx, departments: &[NewDepartment]) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into department (tenant_id, id, name, name_key)
        select $1, new.*
          from unnest($2::uuid[], $3::text[], $4::text[]) as new
        returning tenant_id"
    );
    tx.query(sql)
        .bind(column(departments, |new| new.id.as_uuid()))
        .bind(column(departments, |new| new.name.clone()))
        .bind(column(departments, |new| sort_key(&[&new.name])))
        .execute()
        .await?;
    Ok(())
}

async fn add_employees(tx: &mut TenantTx, rows: &NewTenantRows) -> Result<(), Error> {
    let NewTenantRows { departments, employees, .. } = rows;
    let keys: HashMap<DepartmentId, String> =
        departments.iter().map(|new| (new.id, sort_key(&[&new.name]))).collect();
    let written: Vec<Written<'_>> = employees
        .iter()
        .map(|row| Written {
            row,
            department_key: keys.get(&row.department).map_or("", String::as_str),
        })
        .collect();
    write_fields::insert(tx, &written).await
}

async fn add_terms(tx: &mut TenantTx, employees: &[NewEmployee]) -> Result<(), Error> {
    let mut ids: Vec<Uuid> = Vec::with_capacity(employees.len() * 8);
    let mut words = Vec::with_capacity(employees.len() * 8);
    for new in employees {
        for term in terms(&new.first_name, &new.last_name, new.email.as_str(), new.number.get()) {
            ids.push(new.id.as_uuid());
            words.push(term);
        }
    }
    let sql = tenant_sql!(
        "
        insert into employee_term (tenant_id, employee_id, term)
        select $1, new.*
          from unnest($2::uuid[], $3::text[]) as new
        returning tenant_id"
    );
    tx.query(sql).bind(ids).bind(words).execute().await?;
    Ok(())
}

/// Sets the counter, so that the next employee gets a higher number than these. It runs first, because it takes the tenant's writer lock.
async fn begin_numbers(tx: &mut TenantTx, employees: &[NewEmployee]) -> Result<(), Error> {
    let last = employees.iter().map(|new| new.number.get()).max().unwrap_or_default();
    let sql = tenant_sql!(
        "
        insert into employee_counter as counter (tenant_id, next_number)
        values ($1, $2)
            on conflict (tenant_id) do update
           set next_number = greatest(counter.next_number, excluded.next_number)
        returning counter.tenant_id"
    );
    tx.query(sql).bind(last + 1).execute().await?;
    Ok(())
}

async fn add_accounts(tx: &mut TenantTx, accounts: &[NewAccount]) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into account (tenant_id, id, name, email, role, employee_id, password_hash, demo)
        select $1, new.*
          from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::boolean[]) as new
        returning tenant_id"
    );
    tx.query(sql)
        .bind(column(accounts, |new| new.id.as_uuid()))
        .bind(column(accounts, |new| new.name.clone()))
        .bind(column(accounts, |new| new.email.to_string()))
        .bind(column(accounts, |new| new.role.as_str()))
        .bind(column(accounts, |new| new.employee.map(|employee| employee.as_uuid())))
        .bind(column(accounts, |new| new.password_hash.clone()))
        .bind(column(accounts, |new| new.demo))
        .execute()
        .await?;
    Ok(())
}

/// One column of many rows, as an array for `unnest`.
fn column<T, V>(rows: &[T], value: impl Fn(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}
