//! The writer lock of a tenant: one unit of work writes at a time, the one that has locked the tenant's row in `employee_counter`.

use domain::{Permission, Role};
use tenancy::Actor;
use uuid::Uuid;

use crate::{Error, Refusal, door::TenantTx};

/// Takes the tenant's writer lock, checks that the actor may still write, and returns the next employee number. Until this unit of work ends, no
/// other one writes employees or departments of the tenant.
///
/// What is read after this stays true until the commit: a manager chain that was checked cannot change, and two writers cannot deadlock. The wait is
/// bounded by `lock_timeout`.
pub(crate) async fn lock_writer(tx: &mut TenantTx) -> Result<i64, Error> {
    let sql = tx.text(
        "
        insert into employee_counter as counter (tenant_id, next_number)
        values (app.tenant_id(), 1)
            on conflict (tenant_id) do update
           set next_number = counter.next_number
        returning counter.tenant_id, counter.next_number",
    );
    let (stamp, next): (Uuid, i64) = sqlx::query_as(sql).fetch_one(tx.connection()).await?;
    tx.check_stamp(stamp)?;
    may_write(tx).await?;
    Ok(next)
}

/// Reads the actor's role again under the lock. If two HR admins terminate each other at the same moment, the second one must fail.
async fn may_write(tx: &mut TenantTx) -> Result<(), Error> {
    let Actor::Person { account, .. } = tx.actor() else { return Ok(()) };
    let account = account.as_uuid();
    let sql = tx.text(
        "
        select tenant_id, role, disabled
          from account
         where tenant_id = app.tenant_id()
           and id = $1",
    );
    let found: Vec<(Uuid, String, bool)> =
        sqlx::query_as(sql).bind(account).fetch_all(tx.connection()).await?;
    for (stamp, ..) in &found {
        tx.check_stamp(*stamp)?;
    }
    let Some((_, role, disabled)) = found.into_iter().next() else {
        return Err(Refusal::ActorGone.into());
    };
    let role: Role = role.parse().map_err(|_| Error::Corrupt("role"))?;
    if disabled {
        return Err(Refusal::ActorGone.into());
    }
    if role.may(Permission::WriteEmployees) { Ok(()) } else { Err(Refusal::NotPermitted.into()) }
}

/// Checks the tenant of each row that a statement changed, and returns their number. A row of another tenant is an error, which rolls the unit of
/// work back: this keeps a write safe even if filter and policy both fail.
pub(crate) fn changed(tx: &TenantTx, stamps: &[Uuid]) -> Result<usize, Error> {
    for stamp in stamps {
        tx.check_stamp(*stamp)?;
    }
    Ok(stamps.len())
}

/// Maps a violated unique key to a refusal that names the field. Any other error is converted as usual.
pub(crate) fn refused(error: sqlx::Error) -> Error {
    match Error::from(error) {
        Error::Conflict { constraint } => match constraint.as_str() {
            "employee_number_key" => Refusal::NumberTaken.into(),
            "employee_email_key" => Refusal::EmailTaken.into(),
            "department_name_key" => Refusal::NameTaken.into(),
            _ => Error::Conflict { constraint },
        },
        other => other,
    }
}
