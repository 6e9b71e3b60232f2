//! Departments and locations that have employees whom the viewer can see.

mod edit;

use api_types::{Department, Departments};
use domain::DepartmentId;
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    Error, Store,
    door::{Kind, TenantTx},
    employees::Visible,
    statement::Draft,
};

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    id: Uuid,
    name: String,
    version: i64,
    headcount: i64,
    own: Option<bool>,
}

impl Store {
    /// Lists the departments and locations of the employees that the viewer can see.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.department.list", skip_all)]
    pub async fn list_departments(&self, context: &TenantContext) -> Result<Departments, Error> {
        self.for_tenant(context, Kind::Read, |tx| {
            Box::pin(async move {
                Ok(Departments { items: departments(tx).await?, locations: locations(tx).await? })
            })
        })
        .await
    }
}

async fn departments(tx: &mut TenantTx) -> Result<Vec<Department>, Error> {
    let visible = Visible(tx.visibility());
    let mut draft = Draft::new(tx.statements());
    visible.begin(&mut draft);
    draft.push(
        "
        select d.tenant_id, d.id, d.name, d.version, count(*) filter (where e.status <> 'terminated') as headcount,
               bool_and(e.tenant_id = ",
    );
    draft.bind(tx.tenant().as_uuid());
    draft.push(
        ") as own
          from department as d
          join employee as e on e.tenant_id = app.tenant_id() and e.department_id = d.id
         where d.tenant_id = app.tenant_id()",
    );
    visible.only(&mut draft);
    draft.push(
        "
         group by d.tenant_id, d.id
         order by d.name_key, d.id",
    );
    let records: Vec<Record> = draft.done().build_query_as().fetch_all(tx.connection()).await?;
    let mut departments = Vec::with_capacity(records.len());
    for record in records {
        tx.check_stamp(record.tenant_id)?;
        tx.check_count(record.own)?;
        departments.push(Department {
            id: DepartmentId::from_uuid(record.id),
            name: record.name,
            headcount: record.headcount.unsigned_abs(),
            version: record.version.try_into().map_err(|_| Error::Corrupt("version"))?,
        });
    }
    Ok(departments)
}

async fn locations(tx: &mut TenantTx) -> Result<Vec<String>, Error> {
    let visible = Visible(tx.visibility());
    let mut draft = Draft::new(tx.statements());
    visible.begin(&mut draft);
    draft.push(
        "
        select e.tenant_id, e.location
          from employee as e
         where e.tenant_id = app.tenant_id()",
    );
    visible.only(&mut draft);
    draft.push(
        "
         group by e.tenant_id, e.location_key, e.location
         order by e.location_key, e.location",
    );
    let stamped: Vec<(Uuid, String)> =
        draft.done().build_query_as().fetch_all(tx.connection()).await?;
    let mut locations = Vec::with_capacity(stamped.len());
    for (tenant, location) in stamped {
        tx.check_stamp(tenant)?;
        locations.push(location);
    }
    Ok(locations)
}
