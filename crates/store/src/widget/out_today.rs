//! The people who are out today, as a widget shows them.

use api_types::{OutOfDepartment, OutToday};
use domain::{EmployeeId, WidgetId};
use tenancy::{Actor, TenantContext};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

/// How many people a widget lists. It is a small frame, and the total says how many there are.
const MAX_PEOPLE: i64 = 200;

/// The people who are out today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleOut {
    /// The list as the widget shows it.
    pub list: OutToday,
    /// The ids of the people on it.
    pub ids: Vec<EmployeeId>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    first_name: String,
    last_name: String,
    department_id: Uuid,
    department: String,
    total: i64,
}

impl Store {
    /// Lists the people who are out today, for the widget that acts; `None` if it was removed, or if the actor is not a widget.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.out_today.list", skip_all)]
    pub async fn out_today(&self, context: &TenantContext) -> Result<Option<PeopleOut>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| {
            Box::pin(async move {
                let Actor::Widget { widget } = *tx.actor() else { return Ok(None) };
                if !exists(tx, widget).await? {
                    return Ok(None);
                }
                people(tx).await.map(Some)
            })
        })
        .await
    }
}

async fn exists(tx: &mut TenantTx, id: WidgetId) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        select id, tenant_id
          from widget
         where tenant_id = $1
           and id = $2"
    );
    let found: Option<(Uuid,)> = tx.query(sql).bind(id.as_uuid()).fetch_optional().await?;
    Ok(found.is_some())
}

/// The names by department. No other field of an employee is read.
async fn people(tx: &mut TenantTx) -> Result<PeopleOut, Error> {
    let sql = tenant_sql!(
        "
        select e.id, e.first_name, e.last_name, d.id as department_id, d.name as department,
               count(*) over () as total, bool_and(e.tenant_id = $2) over () as own,
               e.tenant_id, d.tenant_id as department_tenant_id
          from employee as e
          join department as d on d.tenant_id = $1 and d.tenant_id = e.tenant_id and d.id = e.department_id
         where e.tenant_id = $1
           and e.status = 'on_leave'
         order by d.name_key, d.id, e.name_key, e.id
         limit $3"
    );
    let tenant = tx.tenant().as_uuid();
    let records: Vec<Record> = tx.query(sql).bind(tenant).bind(MAX_PEOPLE).fetch_all().await?;
    let total = records.first().map_or(0, |record| record.total.unsigned_abs());
    let ids = records.iter().map(|record| EmployeeId::from_uuid(record.id)).collect();
    let departments = records
        .chunk_by(|one, next| one.department_id == next.department_id)
        .map(|people| OutOfDepartment {
            department: people.first().map(|one| one.department.clone()).unwrap_or_default(),
            people: people.iter().map(name).collect(),
        })
        .collect();
    Ok(PeopleOut { list: OutToday { total, departments }, ids })
}

fn name(record: &Record) -> String {
    format!("{} {}", record.first_name, record.last_name)
}
