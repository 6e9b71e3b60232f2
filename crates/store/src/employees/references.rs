//! Checks of the department and the manager that a write gives to an employee.

use domain::{DepartmentId, EmployeeId};
use uuid::Uuid;

use crate::{Error, WriteRefusal, statement::tenant_sql, transactions::TenantTx};

/// Returns the sort key of a department, which the rows of its employees repeat. Refuses an unknown department.
pub(super) async fn department_key(
    tx: &mut TenantTx,
    department: DepartmentId,
) -> Result<String, Error> {
    let sql = tenant_sql!(
        "
        select name_key, tenant_id
          from department
         where tenant_id = $1
           and id = $2"
    );
    let key: Option<(String,)> = tx.query(sql).bind(department.as_uuid()).fetch_optional().await?;
    key.map(|(key,)| key).ok_or_else(|| WriteRefusal::UnknownDepartment.into())
}

/// Refuses a manager who is unknown, has left, is the employee, or reports to the employee directly or through others.
///
/// The result is still true at the commit only because the tenant has no other writer meanwhile. `union`, not `union all`, ends the recursion even if
/// the stored chain has a cycle.
pub(super) async fn check_manager(
    tx: &mut TenantTx,
    manager: EmployeeId,
    employee: EmployeeId,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        with recursive above (tenant_id, id, manager_id, status) as (
            select first.tenant_id, first.id, first.manager_id, first.status
              from employee as first
             where first.tenant_id = $1
               and first.id = $2
             union
            select next.tenant_id, next.id, next.manager_id, next.status
              from employee as next
              join above on above.tenant_id = next.tenant_id and above.manager_id = next.id
             where next.tenant_id = $1
        )
        select above.id, above.status, above.tenant_id
          from above"
    );
    let above: Vec<(Uuid, String)> = tx.query(sql).bind(manager.as_uuid()).fetch_all().await?;
    let (mut known, mut left, mut below) = (false, false, false);
    for (id, status) in above {
        known |= id == manager.as_uuid();
        left |= id == manager.as_uuid() && status == "terminated";
        below |= id == employee.as_uuid();
    }
    match (known, left, below) {
        (false, ..) => Err(WriteRefusal::UnknownManager.into()),
        (_, _, true) => Err(WriteRefusal::ManagerCycle.into()),
        (_, true, _) => Err(WriteRefusal::ManagerLeft.into()),
        _ => Ok(()),
    }
}
