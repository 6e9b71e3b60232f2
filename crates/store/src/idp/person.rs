//! The person behind an account: the data that tokens contain, and the changes that an administrator can make.

use chrono::{DateTime, Utc};
use domain::{AccountId, Email, EmployeeId, Role, TenantId};
use tenancy::TenantContext;
use uuid::Uuid;

use super::family::{RevokedFor, revoke_all};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, TenantTx, WorkKind},
    writer::lock_writer,
};

/// An account, as the identity provider knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Person {
    /// The account's id, which is the claim `sub` and a user name.
    pub account: AccountId,
    /// The name of the person.
    pub name: String,
    /// The email address. The person may sign in with it instead of the user name.
    pub email: Email,
    /// Whether the email address is verified to be the person's own.
    pub email_verified: bool,
    /// The person's role at the tenant.
    pub role: Role,
    /// The person's own employee record, if there is one.
    pub employee: Option<EmployeeId>,
    /// Whether the person may sign in: the account is not disabled and the employment has not ended.
    pub enabled: bool,
    /// Whether the person must set a new password at the next sign-in.
    pub must_change_password: bool,
    /// Whether this is a demo account, whose password is public.
    pub demo: bool,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// When the account was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An account to create. Its employee record, if there is one, is found by the email address.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The account's id, chosen by the caller.
    pub account: AccountId,
    /// The name of the person.
    pub name: String,
    /// The email address, unique within the tenant.
    pub email: Email,
    /// The person's role at the tenant.
    pub role: Role,
    /// Whether the email address is verified to be the person's own.
    pub email_verified: bool,
    /// The hash, as a PHC string, of a password that must be changed at the first sign-in.
    pub password_hash: String,
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
struct Record {
    id: Uuid,
    name: String,
    email: String,
    email_verified: bool,
    role: String,
    employee_id: Option<Uuid>,
    enabled: bool,
    must_change_password: bool,
    demo: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Store {
    /// Finds the person of this account, whether or not they may sign in.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.person.find", skip_all)]
    pub async fn person(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Person>, Error> {
        self.for_sign_in(tenant, WorkKind::Read, move |tx| Box::pin(by_id(tx, account))).await
    }

    /// Finds the person with this email address, whether or not they may sign in.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.person.find_by_email", skip_all)]
    pub async fn person_by_email(
        &self,
        tenant: TenantId,
        email: &Email,
    ) -> Result<Option<Person>, Error> {
        let email = email.clone();
        self.for_sign_in(tenant, WorkKind::Read, |tx| Box::pin(by_email(tx, email))).await
    }

    /// Lists people, at most `limit`, in the order of their ids and beginning after `after`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.person.list", skip_all)]
    pub async fn list_people(
        &self,
        context: &TenantContext,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Person>, Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(list(tx, after, limit))).await
    }

    /// Creates an account, and links it to the employee with the same email address.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `account_email_key` if the tenant has an account with this address.
    #[tracing::instrument(level = "debug", name = "store.person.create", skip_all)]
    pub async fn create_person(
        &self,
        context: &TenantContext,
        new: NewPerson,
    ) -> Result<(), Error> {
        self.for_tenant(context, WorkKind::Write, |tx| {
            Box::pin(async move { create(tx, &new).await })
        })
        .await
    }

    /// Enables or disables an account. If it is disabled, its refresh tokens are revoked. Returns `false` if there is no such account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.person.enable", skip_all)]
    pub async fn enable_person(
        &self,
        context: &TenantContext,
        account: AccountId,
        enabled: bool,
    ) -> Result<bool, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| Box::pin(enable(tx, account, enabled)))
            .await
    }
}

async fn by_id(tx: &mut SignInTx, account: AccountId) -> Result<Option<Person>, Error> {
    let sql = tenant_sql!(
        "
        select a.tenant_id, a.id, a.name, a.email, a.email_verified, a.role, a.employee_id, a.must_change_password, a.demo,
               a.created_at, a.updated_at, not a.disabled and e.status is distinct from 'terminated' as enabled
          from account as a
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
         where a.tenant_id = $1
           and a.id = $2"
    );
    let record: Option<Record> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    record.map(Record::read).transpose()
}

async fn by_email(tx: &mut SignInTx, email: Email) -> Result<Option<Person>, Error> {
    let sql = tenant_sql!("select id, tenant_id from account where tenant_id = $1 and email = $2");
    let found: Option<(Uuid,)> = tx.query(sql).bind(email.as_str()).fetch_optional().await?;
    let Some((id,)) = found else { return Ok(None) };
    by_id(tx, AccountId::from_uuid(id)).await
}

async fn list(
    tx: &mut TenantTx,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<Person>, Error> {
    let sql = tenant_sql!(
        "
        select a.tenant_id, a.id, a.name, a.email, a.email_verified, a.role, a.employee_id, a.must_change_password, a.demo,
               a.created_at, a.updated_at, not a.disabled and e.status is distinct from 'terminated' as enabled
          from account as a
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
         where a.tenant_id = $1
           and ($2::uuid is null or a.id > $2)
         order by a.id
         limit $3"
    );
    let records: Vec<Record> = tx
        .query(sql)
        .bind(after.map(|after| after.as_uuid()))
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    records.into_iter().map(Record::read).collect()
}

/// Creates the account, and links it to the employee who has the same email address and has not left. An administrator wrote the address, so it need
/// not be verified. Under the writer lock no employee can be added at the same moment without one of the two seeing the other (row G12).
async fn create(tx: &mut TenantTx, new: &NewPerson) -> Result<(), Error> {
    lock_writer(tx).await?;
    let sql = tenant_sql!(
        "
        insert into account (tenant_id, id, name, email, role, employee_id, password_hash, email_verified, must_change_password)
        select $1, $2, $3, $4, $5,
               (select e.id from employee as e
                 where e.tenant_id = $1 and lower(e.email) = $4 and e.status <> 'terminated'),
               $6, $7, true
        returning tenant_id"
    );
    tx.query(sql)
        .bind(new.account.as_uuid())
        .bind(&new.name)
        .bind(new.email.as_str())
        .bind(new.role.as_str())
        .bind(&new.password_hash)
        .bind(new.email_verified)
        .execute()
        .await?;
    Ok(())
}

async fn enable(tx: &mut TenantTx, account: AccountId, enabled: bool) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        update account
           set disabled = $3, updated_at = now()
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(account.as_uuid()).bind(!enabled).execute().await?;
    if !enabled {
        revoke_all(tx, account, RevokedFor::Disabled).await?;
    }
    Ok(changed > 0)
}

impl Record {
    fn read(self) -> Result<Person, Error> {
        Ok(Person {
            account: AccountId::from_uuid(self.id),
            name: self.name,
            email: self.email.parse().map_err(|_| Error::Corrupt("e-mail"))?,
            email_verified: self.email_verified,
            role: self.role.parse().map_err(|_| Error::Corrupt("role"))?,
            employee: self.employee_id.map(EmployeeId::from_uuid),
            enabled: self.enabled,
            must_change_password: self.must_change_password,
            demo: self.demo,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
