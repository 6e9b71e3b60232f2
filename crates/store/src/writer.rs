//! A company has one writer at a time: whoever holds its counter, and still may write.

use domain::{Permission, Role};
use tenancy::Actor;
use uuid::Uuid;

use crate::{Error, Refusal, door::TenantTx};

/// Waits until no other unit of work writes employees or departments of the company, and answers the number that comes next.
///
/// Everything that is read after this is what will be true when this unit of work commits: a chain of managers that was checked
/// stays as it was checked, and two writers cannot wait for each other. The wait is bounded by `lock_timeout`.
pub(crate) async fn only_writer(tx: &mut TenantTx) -> Result<i64, Error> {
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

/// Two HR admins who terminate each other at the same moment must not both succeed: whoever waited asks again who they are.
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

/// How many rows a statement changed, once the stamp of each is checked. A row of another tenant among them is an error, and an
/// error rolls the unit of work back: this keeps a write safe where filter and policy are both gone.
pub(crate) fn changed(tx: &TenantTx, stamps: &[Uuid]) -> Result<usize, Error> {
    for stamp in stamps {
        tx.check_stamp(*stamp)?;
    }
    Ok(stamps.len())
}

/// A unique key that is broken is a refusal that names the field; anything else stays what it is.
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
