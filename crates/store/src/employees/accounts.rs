//! The accounts of an employee: linked by their common email address, and disabled when the employee leaves.

use api_types::{ClosedAccounts, UnmatchedAddress, UnmatchedReason};
use domain::{AccountId, Email, EmployeeId};
use uuid::Uuid;

use crate::{Error, RevokedFor, door::TenantTx, idp::revoke_all, writer::changed};

/// An account that was disabled.
pub(super) struct Closed {
    pub(super) id: AccountId,
    pub(super) email: String,
}

/// Links the account with this email address to the employee, unless the account has an employee already. Call it whenever an employee's address is
/// written. An account that is created or changes its address looks for its employee itself (`idp/person.rs`), under the same writer lock, so the
/// order of the two does not matter (row G12).
///
/// The account's address must be verified or written by an administrator. An address that the account's owner chose, and that is not verified, links
/// nothing: otherwise a user could choose another employee's address, and take over that employment with what its manager sees.
pub(super) async fn link_account(
    tx: &mut TenantTx,
    employee: EmployeeId,
    email: &Email,
) -> Result<(), Error> {
    let sql = tx.text(
        "
        update account
           set employee_id = $1, updated_at = now()
         where tenant_id = app.tenant_id()
           and email = $2
           and employee_id is null
           and (email_verified or email_set_by = 'administrator')
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(employee.as_uuid())
        .bind(email.as_str())
        .fetch_all(tx.connection())
        .await?;
    changed(tx, &stamps).map(|_| ())
}

/// Disables every account of the employee and revokes its refresh tokens. Returns all of them, also those that were disabled before, sorted by
/// address.
pub(super) async fn close_accounts(
    tx: &mut TenantTx,
    employee: EmployeeId,
) -> Result<Vec<Closed>, Error> {
    let sql = tx.text(
        "
        update account
           set disabled = true, updated_at = now()
         where tenant_id = app.tenant_id()
           and employee_id = $1
        returning tenant_id, id, email",
    );
    let rows: Vec<(Uuid, Uuid, String)> =
        sqlx::query_as(sql).bind(employee.as_uuid()).fetch_all(tx.connection()).await?;
    let mut closed = Vec::with_capacity(rows.len());
    for (stamp, id, email) in rows {
        tx.check_stamp(stamp)?;
        closed.push(Closed { id: AccountId::from_uuid(id), email });
    }
    for account in &closed {
        revoke_all(tx, account.id, RevokedFor::Disabled).await?;
    }
    closed.sort_by(|one, other| one.email.cmp(&other.email));
    Ok(closed)
}

/// Returns the report for HR on the accounts of an employee with this address.
pub(super) async fn report(
    tx: &mut TenantTx,
    employee: EmployeeId,
    email: &Email,
    closed: &[Closed],
) -> Result<ClosedAccounts, Error> {
    let unmatched = unmatched(tx, employee, email).await?;
    Ok(ClosedAccounts {
        closed: closed.iter().map(|account| account.email.clone()).collect(),
        unmatched: unmatched
            .map(|reason| UnmatchedAddress { address: email.to_string(), reason })
            .into_iter()
            .collect(),
    })
}

async fn unmatched(
    tx: &mut TenantTx,
    employee: EmployeeId,
    email: &Email,
) -> Result<Option<UnmatchedReason>, Error> {
    let sql = tx.text(
        "
        select tenant_id, employee_id
          from account
         where tenant_id = app.tenant_id()
           and email = $1",
    );
    let found: Vec<(Uuid, Option<Uuid>)> =
        sqlx::query_as(sql).bind(email.as_str()).fetch_all(tx.connection()).await?;
    let mut reason = Some(UnmatchedReason::NoAccount);
    for (stamp, linked) in found {
        tx.check_stamp(stamp)?;
        reason = match linked {
            Some(linked) if linked == employee.as_uuid() => None,
            Some(_) => Some(UnmatchedReason::OtherEmployee),
            None => Some(UnmatchedReason::NotLinked),
        };
    }
    Ok(reason)
}
