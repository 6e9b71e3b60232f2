//! Credentials: the stored data that a sign-in is checked against.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::{AccountId, Email, EmployeeId, Role, TenantId};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// An account that may sign in, with the hash of its password.
#[derive(Clone)]
pub struct Credential {
    /// The account's id.
    pub account: AccountId,
    /// The account's own employee record, if it has one.
    pub employee: Option<EmployeeId>,
    /// The account's role at the tenant.
    pub role: Role,
    /// The hash of the password, as a PHC string.
    pub password_hash: String,
    /// Whether this is a demo account, whose password is public.
    pub demo: bool,
    /// Whether another person chose the password, so that it must be changed before the account can be used.
    pub must_change: bool,
    /// When the account was read, by PostgreSQL's clock. A session that starts with this credential begins at this time.
    pub read_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    employee_id: Option<Uuid>,
    role: String,
    password_hash: String,
    demo: bool,
    must_change_password: bool,
    read_at: DateTime<Utc>,
}

impl Store {
    /// Finds the tenant's account with this email address. Returns `None` if there is none, if it is disabled, or if its employment has ended.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.credential.find", skip_all)]
    pub async fn find_credential(
        &self,
        tenant: TenantId,
        email: &Email,
    ) -> Result<Option<Credential>, Error> {
        let email = email.clone();
        self.for_sign_in(tenant, WorkKind::Read, |tx| {
            Box::pin(async move { find(tx, &email).await })
        })
        .await
    }

    /// The same by the account's id, which is also a user name.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.credential.find_by_account", skip_all)]
    pub async fn find_credential_of(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Credential>, Error> {
        self.for_sign_in(tenant, WorkKind::Read, move |tx| Box::pin(find_by_id(tx, account))).await
    }
}

async fn find(tx: &mut SignInTx, email: &Email) -> Result<Option<Credential>, Error> {
    let sql = tenant_sql!(
        "
        select a.tenant_id, a.id, a.employee_id, a.role, a.password_hash, a.demo, a.must_change_password, now() as read_at
          from account as a
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
         where a.tenant_id = $1
           and a.email = $2
           and not a.disabled
           and e.status is distinct from 'terminated'"
    );
    let record: Option<Record> = tx.query(sql).bind(email.as_str()).fetch_optional().await?;
    record.map(Record::read).transpose()
}

async fn find_by_id(tx: &mut SignInTx, account: AccountId) -> Result<Option<Credential>, Error> {
    let sql = tenant_sql!(
        "
        select a.tenant_id, a.id, a.employee_id, a.role, a.password_hash, a.demo, a.must_change_password, now() as read_at
          from account as a
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
         where a.tenant_id = $1
           and a.id = $2
           and not a.disabled
           and e.status is distinct from 'terminated'"
    );
    let record: Option<Record> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    record.map(Record::read).transpose()
}

impl Record {
    fn read(self) -> Result<Credential, Error> {
        Ok(Credential {
            account: AccountId::from_uuid(self.id),
            employee: self.employee_id.map(EmployeeId::from_uuid),
            role: self.role.parse().map_err(|_| Error::Corrupt("role"))?,
            password_hash: self.password_hash,
            demo: self.demo,
            must_change: self.must_change_password,
            read_at: self.read_at,
        })
    }
}

impl Credential {
    /// Whether account, employment, role and password hash are the same as in `other`, which was read at another time.
    pub fn is_same_as(&self, other: &Self) -> bool {
        (self.account, self.employee, self.role) == (other.account, other.employee, other.role)
            && self.password_hash == other.password_hash
    }
}

/// A hash can be attacked offline: `{:?}` does not show it.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("account", &self.account)
            .field("employee", &self.employee)
            .field("role", &self.role)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}
