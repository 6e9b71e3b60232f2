//! Checks of the department and the manager that a write gives to an employee.

use domain::{DepartmentId, EmployeeId};
use uuid::Uuid;

use crate::{Error, Refusal, door::TenantTx};

/// Returns the sort key of a department, which the rows of its employees repeat. Refuses an unknown department.
pub(super) async fn department_key(
    tx: &mut TenantTx,
    department: DepartmentId,
) -> Result<String, Error> {
    let sql = tx.text(
        "
        select tenant_id, name_key
          from department
         where tenant_id = app.tenant_id()
           and id = $1",
    );
    let found: Vec<(Uuid, String)> =
        sqlx::query_as(sql).bind(department.as_uuid()).fetch_all(tx.connection()).await?;
    let mut key = None;
    for (stamp, found) in found {
        tx.check_stamp(stamp)?;
        key = Some(found);
    }
    key.ok_or_else(|| Refusal::UnknownDepartment.into())
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
    let sql = tx.text(
        "
        with recursive above (tenant_id, id, manager_id, status) as (
            select first.tenant_id, first.id, first.manager_id, first.status
              from employee as first
             where first.tenant_id = app.tenant_id()
               and first.id = $1
             union
            select next.tenant_id, next.id, next.manager_id, next.status
              from employee as next
              join above on above.tenant_id = next.tenant_id and above.manager_id = next.id
             where next.tenant_id = app.tenant_id()
        )
        select above.tenant_id, above.id, above.status
          from above",
    );
    let above: Vec<(Uuid, Uuid, String)> =
        sqlx::query_as(sql).bind(manager.as_uuid()).fetch_all(tx.connection()).await?;
    let (mut known, mut left, mut below) = (false, false, false);
    for (stamp, id, status) in above {
        tx.check_stamp(stamp)?;
        known |= id == manager.as_uuid();
        left |= id == manager.as_uuid() && status == "terminated";
        below |= id == employee.as_uuid();
    }
    match (known, left, below) {
        (false, ..) => Err(Refusal::UnknownManager.into()),
        (_, _, true) => Err(Refusal::ManagerCycle.into()),
        (_, true, _) => Err(Refusal::ManagerLeft.into()),
        _ => Ok(()),
    }
}
