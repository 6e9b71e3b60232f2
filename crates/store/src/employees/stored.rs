//! Reads the stored row of an employee that is about to be changed.

use domain::{EmployeeId, Version, Visibility};

use super::read_fields::{Details, details};
use crate::{Error, NewEmployee, WriteRefusal, transactions::TenantTx};

/// The stored state of an employee, as a write needs it.
pub(super) struct StoredEmployee {
    /// The employee's stored fields.
    pub(super) row: NewEmployee,
    /// The sort key of the department, which the row repeats.
    pub(super) department_key: String,
    /// The version of the row, which a write must name.
    pub(super) version: Version,
}

/// Reads the employee; `None` if the actor can see no employee with this id.
///
/// It reads the salary although the actor may not see it: an update writes every column.
pub(super) async fn stored(
    tx: &mut TenantTx,
    id: EmployeeId,
) -> Result<Option<StoredEmployee>, Error> {
    let every_field = Visibility::everything();
    let Some(Details { view, manager, department_key }) = details(tx, id, every_field).await?
    else {
        return Ok(None);
    };
    let version = view.version;
    Ok(Some(StoredEmployee { row: NewEmployee::stored(view, manager)?, department_key, version }))
}

impl StoredEmployee {
    /// Refuses a change that is based on another version.
    pub(super) fn check(&self, expected: Version) -> Result<(), WriteRefusal> {
        if self.version == expected {
            Ok(())
        } else {
            Err(WriteRefusal::Stale { version: self.version })
        }
    }
}
