//! The account of the signed-in user.

use domain::{AccountId, Email, EmployeeId, EmployeeNumber};
use tenancy::{Actor, TenantContext};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

/// The account of the signed-in user.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user's name.
    pub name: String,
    /// The email address that the user signs in with.
    pub email: Email,
    /// The user's employee number, if the user is an employee.
    pub user_number: Option<EmployeeNumber>,
    /// The user's own employee record, if there is one.
    pub employee: Option<EmployeeId>,
    /// Whether an adopted onboarding draft waits for the user's decision.
    pub has_draft: bool,
}

#[derive(sqlx::FromRow)]
struct Record {
    name: String,
    email: String,
    number: Option<i64>,
    employee_id: Option<Uuid>,
    has_draft: bool,
}

impl Store {
    /// Reads the account of the acting person. Returns `None` if the actor is not a person, or if the account was deleted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.account.read", skip_all)]
    pub async fn account(&self, context: &TenantContext) -> Result<Option<Account>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| Box::pin(acting(tx))).await
    }
}

async fn acting(tx: &mut TenantTx) -> Result<Option<Account>, Error> {
    let Actor::Person { account, .. } = tx.actor() else { return Ok(None) };
    let account: AccountId = *account;
    let sql = tenant_sql!(
        "
        select a.tenant_id, a.name, a.email, a.employee_id, e.number,
               f.draft is not null as has_draft, f.tenant_id as form_tenant_id
          from account as a
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
          left join onboarding_form as f on f.tenant_id = $1 and f.tenant_id = a.tenant_id and f.account_id = a.id
         where a.tenant_id = $1
           and a.id = $2"
    );
    let record: Option<Record> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    let Some(record) = record else { return Ok(None) };
    let number = record.number.map(EmployeeNumber::try_from).transpose();
    Ok(Some(Account {
        name: record.name,
        email: record.email.parse().map_err(|_| Error::Corrupt("e-mail"))?,
        user_number: number.map_err(|_| Error::Corrupt("employee number"))?,
        employee: record.employee_id.map(EmployeeId::from_uuid),
        has_draft: record.has_draft,
    }))
}
