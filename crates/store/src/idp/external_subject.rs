//! Links of external identities to accounts: the users that an issuer trusted by a tenant names by its own subjects (row T11).

use chrono::{DateTime, Utc};
use domain::{AccountId, EmployeeId, TenantId};
use tenancy::{AccountLink, AccountState, TenantContext};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, TenantTx, WorkKind},
};

/// An external identity that is linked to an account, with the account's present state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The external identity and the account that it is linked to.
    pub link: AccountLink,
    /// Whether the user may sign in: the account is not disabled and the employment has not ended.
    pub enabled: bool,
    /// Whether this is a demo account, whose password is public.
    pub demo: bool,
    /// Every sign-in up to this time is revoked; `None` if none is.
    pub signed_out_at: Option<DateTime<Utc>>,
}

/// A link, as an operator's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalSubject {
    /// The issuer's URL (claim `iss`).
    pub issuer: String,
    /// The user's id at the issuer (claim `sub`).
    pub subject: String,
    /// The tenant's account that the subject is linked to.
    pub account: AccountId,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    issuer: String,
    subject: String,
    account_id: Uuid,
    employee_id: Option<Uuid>,
    role: String,
    enabled: bool,
    demo: bool,
    signed_out_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Finds the account that is linked to this subject of the issuer; `None` if there is no link.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.external_subject.find", skip_all)]
    pub async fn linked(
        &self,
        tenant: TenantId,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Linked>, Error> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        self.for_sign_in(tenant, WorkKind::Read, |tx| Box::pin(find(tx, issuer, subject))).await
    }

    /// Links an external identity to an account. Returns `false` if it is linked already, to this or to another account.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the tenant has no such account.
    #[tracing::instrument(level = "debug", name = "store.external_subject.link", skip_all)]
    pub async fn link(
        &self,
        context: &TenantContext,
        issuer: &str,
        subject: &str,
        account: AccountId,
    ) -> Result<bool, Error> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(link(tx, issuer, subject, account))
        })
        .await
    }

    /// Removes a link. Returns `false` if there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.external_subject.unlink", skip_all)]
    pub async fn unlink(
        &self,
        context: &TenantContext,
        issuer: &str,
        subject: &str,
    ) -> Result<bool, Error> {
        let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
        self.for_tenant(context, WorkKind::Write, move |tx| Box::pin(unlink(tx, issuer, subject)))
            .await
    }

    /// Lists all links of the tenant, by issuer and subject.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.external_subject.list", skip_all)]
    pub async fn external_subjects(
        &self,
        context: &TenantContext,
    ) -> Result<Vec<ExternalSubject>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| Box::pin(list(tx))).await
    }
}

async fn find(tx: &mut SignInTx, issuer: String, subject: String) -> Result<Option<Linked>, Error> {
    let sql = tenant_sql!(
        "
        select s.tenant_id, s.issuer, s.subject, a.tenant_id as account_tenant_id, a.id as account_id, a.employee_id, a.role, a.demo,
               a.signed_out_at, not a.disabled and e.status is distinct from 'terminated' as enabled
          from external_subject as s
          join account as a on a.tenant_id = $1 and a.tenant_id = s.tenant_id and a.id = s.account_id
          left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
         where s.tenant_id = $1
           and s.issuer = $2
           and s.subject = $3"
    );
    let record: Option<Record> = tx.query(sql).bind(issuer).bind(subject).fetch_optional().await?;
    let Some(record) = record else { return Ok(None) };
    record.read().map(Some)
}

async fn link(
    tx: &mut TenantTx,
    issuer: String,
    subject: String,
    account: AccountId,
) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        insert into external_subject (tenant_id, issuer, subject, account_id)
        values ($1, $2, $3, $4)
            on conflict (tenant_id, issuer, subject) do nothing
        returning tenant_id"
    );
    let changed =
        tx.query(sql).bind(issuer).bind(subject).bind(account.as_uuid()).execute().await?;
    Ok(changed > 0)
}

async fn unlink(tx: &mut TenantTx, issuer: String, subject: String) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        delete from external_subject
         where tenant_id = $1
           and issuer = $2
           and subject = $3
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(issuer).bind(subject).execute().await?;
    Ok(changed > 0)
}

async fn list(tx: &mut TenantTx) -> Result<Vec<ExternalSubject>, Error> {
    let sql = tenant_sql!(
        "
        select issuer, subject, account_id, tenant_id
          from external_subject
         where tenant_id = $1
         order by issuer, subject"
    );
    let rows: Vec<(String, String, Uuid)> = tx.query(sql).fetch_all().await?;
    let read = |(issuer, subject, account)| ExternalSubject {
        issuer,
        subject,
        account: AccountId::from_uuid(account),
    };
    Ok(rows.into_iter().map(read).collect())
}

impl Record {
    fn read(self) -> Result<Linked, Error> {
        let account_state = AccountState {
            account: AccountId::from_uuid(self.account_id),
            employee: self.employee_id.map(EmployeeId::from_uuid),
            role: self.role.parse().map_err(|_| Error::Corrupt("role"))?,
        };
        let tenant = TenantId::from_uuid(self.tenant_id);
        Ok(Linked {
            link: AccountLink { tenant, issuer: self.issuer, subject: self.subject, account_state },
            enabled: self.enabled,
            demo: self.demo,
            signed_out_at: self.signed_out_at,
        })
    }
}
