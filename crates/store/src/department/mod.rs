//! Departments and locations that have employees whom the viewer can see.

mod edit;

use api_types::{Department, Departments};
use domain::DepartmentId;
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    Error, Store,
    employees::VisibleEmployees,
    transactions::{TenantTx, WorkKind},
    version::version,
};

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    name: String,
    version: i64,
    headcount: i64,
}

impl Store {
    /// Lists the departments and locations of the employees that the viewer can see.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.department.list", skip_all)]
    pub async fn list_departments(&self, context: &TenantContext) -> Result<Departments, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| {
            Box::pin(async move {
                Ok(Departments { items: departments(tx).await?, locations: locations(tx).await? })
            })
        })
        .await
    }
}

async fn departments(tx: &mut TenantTx) -> Result<Vec<Department>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder.push(
        "
        select d.tenant_id, d.id, d.name, d.version, count(*) filter (where e.status <> 'terminated') as headcount,
               bool_and(e.tenant_id = ",
    );
    builder.bind(tx.tenant().as_uuid());
    builder.push(
        ") as own
          from department as d
          join employee as e on e.tenant_id = $1 and e.department_id = d.id
         where d.tenant_id = $1",
    );
    visible.push_condition(&mut builder);
    builder.push(
        "
         group by d.tenant_id, d.id
         order by d.name_key, d.id",
    );
    let records: Vec<Record> = tx.query_built(&mut builder).fetch_all().await?;
    let mut departments = Vec::with_capacity(records.len());
    for record in records {
        departments.push(Department {
            id: DepartmentId::from_uuid(record.id),
            name: record.name,
            headcount: record.headcount.unsigned_abs(),
            version: version(record.version)?,
        });
    }
    Ok(departments)
}

async fn locations(tx: &mut TenantTx) -> Result<Vec<String>, Error> {
    let visible = VisibleEmployees(tx.visibility());
    let mut builder = tx.statement_builder()?;
    visible.push_with_clause(&mut builder);
    builder.push(
        "
        select e.location, e.tenant_id
          from employee as e
         where e.tenant_id = $1",
    );
    visible.push_condition(&mut builder);
    builder.push(
        "
         group by e.tenant_id, e.location_key, e.location
         order by e.location_key, e.location",
    );
    let locations: Vec<(String,)> = tx.query_built(&mut builder).fetch_all().await?;
    Ok(locations.into_iter().map(|(location,)| location).collect())
}
