//! Renames a department.

use api_types::Department;
use domain::{DepartmentId, Line, Version};
use tenancy::TenantContext;

use super::departments;
use crate::{
    Error, Store, WriteRefusal,
    fold::sort_key,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    version::version,
    writer::{lock_writer, refused},
};

impl Store {
    /// Renames a department if its version is still `expected`. Returns `None` if the tenant has no department with this id.
    ///
    /// # Errors
    /// [`Error::Refused`] if the department has another version, or if another department has this name.
    #[tracing::instrument(level = "debug", name = "store.department.edit", skip_all)]
    pub async fn edit_department(
        &self,
        context: &TenantContext,
        id: DepartmentId,
        expected: Version,
        name: &Line,
    ) -> Result<Option<Department>, Error> {
        let name = name.clone();
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move {
                lock_writer(tx).await?;
                let Some(version) = version_of(tx, id).await? else { return Ok(None) };
                if version != expected {
                    return Err(WriteRefusal::Stale { version }.into());
                }
                rename(tx, id, &name).await.map(Some)
            })
        })
        .await
    }
}

async fn version_of(tx: &mut TenantTx, id: DepartmentId) -> Result<Option<Version>, Error> {
    let sql = tenant_sql!(
        "
        select version, tenant_id
          from department
         where tenant_id = $1
           and id = $2"
    );
    let found: Option<(i64,)> = tx.query(sql).bind(id.as_uuid()).fetch_optional().await?;
    found.map(|(stored,)| version(stored)).transpose()
}

/// Renames the department. Employee rows repeat its sort key; the foreign key updates them too.
async fn rename(tx: &mut TenantTx, id: DepartmentId, name: &Line) -> Result<Department, Error> {
    let sql = tenant_sql!(
        "
        update department
           set name = $3, name_key = $4, version = version + 1
         where tenant_id = $1
           and id = $2
        returning version, tenant_id"
    );
    let renamed: Option<(i64,)> = tx
        .query(sql)
        .bind(id.as_uuid())
        .bind(name.as_str())
        .bind(sort_key(&[name.as_str()]))
        .fetch_optional()
        .await
        .map_err(refused)?;
    let stored = renamed.map(|(stored,)| stored).unwrap_or_default();
    let listed = departments(tx).await?.into_iter().find(|department| department.id == id);
    match listed {
        Some(department) => Ok(department),
        // The department has no employees, so no list shows it.
        None => Ok(Department {
            id,
            name: name.as_str().to_owned(),
            headcount: 0,
            version: version(stored)?,
        }),
    }
}
