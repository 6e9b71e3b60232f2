//! The writer lock of a tenant: one unit of work writes at a time, the one that has locked the tenant's row in `employee_counter`.

use domain::{Permission, Role};
use tenancy::Actor;

use crate::{Error, WriteRefusal, statement::tenant_sql, transactions::TenantTx};

/// Takes the tenant's writer lock, checks that the actor may still write, and returns the next employee number. Until this unit of work ends, no
/// other one writes employees or departments of the tenant.
///
/// What is read after this stays true until the commit: a manager chain that was checked cannot change, and two writers cannot deadlock. The wait is
/// bounded by `lock_timeout`.
pub(crate) async fn lock_writer(tx: &mut TenantTx) -> Result<i64, Error> {
    let sql = tenant_sql!(
        "
        insert into employee_counter as counter (tenant_id, next_number)
        values ($1, 1)
            on conflict (tenant_id) do update
           set next_number = counter.next_number
        returning counter.next_number, counter.tenant_id"
    );
    let (next,): (i64,) = tx.query(sql).fetch_one().await?;
    may_write(tx).await?;
    Ok(next)
}

/// Reads the actor's role again under the lock. If two HR admins terminate each other at the same moment, the second one must fail.
async fn may_write(tx: &mut TenantTx) -> Result<(), Error> {
    let account = match tx.actor() {
        Actor::Person { account, .. } => account.as_uuid(),
        Actor::Widget { .. } => return Err(WriteRefusal::NotPermitted.into()),
        Actor::Machine { .. } | Actor::Administrator { .. } | Actor::System(_) => return Ok(()),
    };
    let sql = tenant_sql!(
        "
        select role, disabled, tenant_id
          from account
         where tenant_id = $1
           and id = $2"
    );
    let found: Option<(String, bool)> = tx.query(sql).bind(account).fetch_optional().await?;
    let Some((role, disabled)) = found else {
        return Err(WriteRefusal::ActorGone.into());
    };
    let role: Role = role.parse().map_err(|_| Error::Corrupt("role"))?;
    if disabled {
        return Err(WriteRefusal::ActorGone.into());
    }
    if role.may(Permission::WriteEmployees) {
        Ok(())
    } else {
        Err(WriteRefusal::NotPermitted.into())
    }
}

/// Maps a violated unique key to a refusal that names the field. Any other error stays as it is.
pub(crate) fn refused(error: Error) -> Error {
    match error {
        Error::Conflict { constraint } => match constraint.as_str() {
            "employee_number_key" => WriteRefusal::NumberTaken.into(),
            "employee_email_key" => WriteRefusal::EmailTaken.into(),
            "department_name_key" => WriteRefusal::NameTaken.into(),
            _ => Error::Conflict { constraint },
        },
        other => other,
    }
}
