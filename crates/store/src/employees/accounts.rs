//! The accounts of an employee: linked by their common email address, listed, and disabled when the employee leaves.

use api_types::{ClosedAccounts, UnmatchedAddress, UnmatchedReason};
use domain::{AccountId, Email, EmployeeId};
use tenancy::TenantContext;
use uuid::Uuid;

use super::read_fields::details;
use crate::{
    Error, RevokedFor, Store,
    idp::revoke_all,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

impl Store {
    /// Reads the ids of an employee's accounts, also of disabled ones; `None` if the tenant has no employee with this id that the viewer can see.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.employee_accounts.read", skip_all)]
    pub async fn accounts_of_employee(
        &self,
        context: &TenantContext,
        id: EmployeeId,
    ) -> Result<Option<Vec<AccountId>>, Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(accounts_of(tx, id))).await
    }
}

async fn accounts_of(tx: &mut TenantTx, id: EmployeeId) -> Result<Option<Vec<AccountId>>, Error> {
    let fields = tx.visibility();
    if details(tx, id, fields).await?.is_none() {
        return Ok(None);
    }
    let sql = tenant_sql!(
        "
        select id, tenant_id
          from account
         where tenant_id = $1
           and employee_id = $2
         order by id"
    );
    let rows: Vec<(Uuid,)> = tx.query(sql).bind(id.as_uuid()).fetch_all().await?;
    Ok(Some(rows.into_iter().map(|(account,)| AccountId::from_uuid(account)).collect()))
}

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
    let sql = tenant_sql!(
        "
        update account
           set employee_id = $2, updated_at = now()
         where tenant_id = $1
           and email = $3
           and employee_id is null
           and (email_verified or email_set_by = 'administrator')
        returning tenant_id"
    );
    tx.query(sql).bind(employee.as_uuid()).bind(email.as_str()).execute().await?;
    Ok(())
}

/// Disables every account of the employee and revokes its refresh tokens. Returns all of them, also those that were disabled before, sorted by
/// address.
pub(super) async fn close_accounts(
    tx: &mut TenantTx,
    employee: EmployeeId,
) -> Result<Vec<Closed>, Error> {
    let sql = tenant_sql!(
        "
        update account
           set disabled = true, updated_at = now()
         where tenant_id = $1
           and employee_id = $2
        returning id, email, tenant_id"
    );
    let rows: Vec<(Uuid, String)> = tx.query(sql).bind(employee.as_uuid()).fetch_all().await?;
    let closed = rows.into_iter().map(|(id, email)| Closed { id: AccountId::from_uuid(id), email });
    let mut closed: Vec<Closed> = closed.collect();
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
    let sql = tenant_sql!(
        "
        select employee_id, tenant_id
          from account
         where tenant_id = $1
           and email = $2"
    );
    let found: Option<(Option<Uuid>,)> =
        tx.query(sql).bind(email.as_str()).fetch_optional().await?;
    Ok(match found {
        None => Some(UnmatchedReason::NoAccount),
        Some((None,)) => Some(UnmatchedReason::NotLinked),
        Some((Some(linked),)) if linked == employee.as_uuid() => None,
        Some(_) => Some(UnmatchedReason::OtherEmployee),
    })
}
