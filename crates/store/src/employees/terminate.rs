//! Ends an employment: the reports get the employee's manager, and the employee's accounts are disabled.

use api_types::{ClosedAccounts, EmployeeView};
use chrono::{Days, NaiveDate};
use domain::{AccountId, EmployeeId, EmploymentStatus, Version};
use tenancy::{Actor, TenantContext};

use super::{
    accounts::{Closed, close_accounts, link_account, report},
    find::find,
    stored::{StoredEmployee, stored},
};
use crate::{
    Error, NewEmployee, Store, WriteRefusal,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::lock_writer,
};

/// The result of ending an employment.
#[derive(Clone, Debug)]
pub struct Terminated {
    /// The employee, as the actor sees the record now.
    pub employee: EmployeeView,
    /// The employee's accounts, which are now disabled. The caller must revoke their sessions.
    pub accounts: Vec<AccountId>,
    /// The report for HR on these accounts.
    pub report: ClosedAccounts,
}

/// The requested last day of an employment.
#[derive(Clone, Copy, Debug)]
pub struct LastDay {
    /// The requested last day. `None` means today, or the first day of an employment that has not started.
    pub requested: Option<NaiveDate>,
    /// The current day in UTC.
    pub today: NaiveDate,
}

impl Store {
    /// Ends an employment if the version is still `expected`. Returns `None` if there is no employee with this id that the caller can see.
    ///
    /// The employee's reports get the employee's manager, so that each of them stays visible to a manager. A repeated call with the same
    /// day or with none changes nothing and returns the same, whatever the version, so a client can repeat it if the reply was lost.
    ///
    /// # Errors
    /// [`Error::Refused`] if the employee has another version, if the employment has ended on another day, if the actor is the employee, if the last day
    /// is not valid, or if there are reports and no manager.
    #[tracing::instrument(level = "debug", name = "store.employee.terminate", skip_all)]
    pub async fn terminate_employee(
        &self,
        context: &TenantContext,
        id: EmployeeId,
        expected: Version,
        last_day: LastDay,
    ) -> Result<Option<Terminated>, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move {
                lock_writer(tx).await?;
                let Some(stored) = stored(tx, id).await? else { return Ok(None) };
                end(tx, &stored, expected, last_day).await?;
                let closed = close_accounts(tx, id).await?;
                refuse_own(tx, &closed)?;
                let report = report(tx, id, &stored.row.email, &closed).await?;
                let accounts = closed.iter().map(|account| account.id).collect();
                let employee = find(tx, id).await?;
                Ok(employee.map(|employee| Terminated { employee, accounts, report }))
            })
        })
        .await
    }
}

async fn end(
    tx: &mut TenantTx,
    stored: &StoredEmployee,
    expected: Version,
    last_day: LastDay,
) -> Result<(), Error> {
    let row = &stored.row;
    if matches!(tx.actor(), Actor::Person { employee: Some(own), .. } if *own == row.id) {
        return Err(WriteRefusal::OwnEmployment.into());
    }
    if row.status == EmploymentStatus::Terminated {
        let same = last_day.requested.is_none_or(|requested| row.ended_on == Some(requested));
        return if same { Ok(()) } else { Err(WriteRefusal::EmploymentEnded.into()) };
    }
    stored.check(expected)?;
    let ended_on = last_day.of(row.started_on)?;
    // An account that was created before the employee's address was known is the employee's too. Later, an account with this address may be another
    // person's.
    link_account(tx, row.id, &row.email).await?;
    move_reports(tx, row).await?;
    let sql = tenant_sql!(
        "
        update employee
           set status = 'terminated', ended_on = $3, version = version + 1
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(row.id.as_uuid()).bind(ended_on).execute().await?;
    Ok(())
}

/// Refuses to disable the actor's own account. The actor's session may be older than the link of account and employment, so the accounts are compared
/// too.
fn refuse_own(tx: &TenantTx, closed: &[Closed]) -> Result<(), WriteRefusal> {
    let Actor::Person { account, .. } = tx.actor() else { return Ok(()) };
    if closed.iter().any(|closed| closed.id == *account) {
        return Err(WriteRefusal::OwnEmployment);
    }
    Ok(())
}

impl LastDay {
    /// Returns the last day of an employment that began on `started_on`. It may be tomorrow in UTC, which is today in some time zones. An employment that has not started can
    /// only end on its first day.
    fn of(self, started_on: NaiveDate) -> Result<NaiveDate, WriteRefusal> {
        let day = self.requested.unwrap_or(self.today.max(started_on));
        let latest = self.today + Days::new(1);
        if day < started_on {
            Err(WriteRefusal::EndsBeforeStart)
        } else if day > latest.max(started_on) {
            Err(WriteRefusal::EndsInFuture)
        } else {
            Ok(day)
        }
    }
}

/// Gives the employee's reports the employee's manager. Refuses if there are reports and no manager.
async fn move_reports(tx: &mut TenantTx, row: &NewEmployee) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update employee
           set manager_id = $3, version = version + 1
         where tenant_id = $1
           and manager_id = $2
           and status <> 'terminated'
        returning tenant_id"
    );
    let changed = tx
        .query(sql)
        .bind(row.id.as_uuid())
        .bind(row.manager.map(|manager| manager.as_uuid()))
        .execute()
        .await?;
    match (changed, row.manager) {
        (1.., None) => Err(WriteRefusal::HasReports.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    #[test]
    fn a_last_day_lies_between_the_first_and_tomorrow() {
        let ends = |requested, first| LastDay { requested, today: day(10) }.of(first);
        assert_eq!(ends(None, day(1)), Ok(day(10)));
        assert_eq!(ends(Some(day(5)), day(1)), Ok(day(5)));
        assert_eq!(ends(Some(day(11)), day(1)), Ok(day(11)));
        assert_eq!(ends(Some(day(12)), day(1)), Err(WriteRefusal::EndsInFuture));
        assert_eq!(ends(Some(day(1)), day(2)), Err(WriteRefusal::EndsBeforeStart));
        assert_eq!(ends(None, day(20)), Ok(day(20)), "the employment has not started");
        assert_eq!(ends(Some(day(10)), day(20)), Err(WriteRefusal::EndsBeforeStart));
    }
}
