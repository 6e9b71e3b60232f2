//! The outbox: mails to users. In development the pages show them; a deployment reads them from here and sends them.

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// How long a mail is kept, in hours. The codes in a mail expire earlier.
const KEPT_HOURS: i32 = 24;

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The mail's id.
    pub id: Uuid,
    /// The recipient's email address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text of the mail.
    pub body: String,
    /// When the mail was written.
    pub written_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    email: String,
    subject: String,
    body: String,
    written_at: DateTime<Utc>,
}

impl Store {
    /// Adds a mail to the account's address to the outbox, and deletes old mails.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.mail.write", skip_all)]
    pub async fn write_mail(
        &self,
        tenant: TenantId,
        account: AccountId,
        subject: String,
        body: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                sweep(tx).await?;
                insert(tx, account, &subject, &body).await
            })
        })
        .await
    }

    /// Lists the tenant's 50 newest mails, the newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.mail.list", skip_all)]
    pub async fn outbox(&self, tenant: TenantId) -> Result<Vec<Mail>, Error> {
        self.for_sign_in(tenant, WorkKind::Read, |tx| Box::pin(list(tx))).await
    }
}

pub(super) async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from mail
         where tenant_id = $1
           and written_at < now() - make_interval(hours => $2)
        returning tenant_id"
    );
    tx.query(sql).bind(KEPT_HOURS).execute().await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut SignInTx,
    account: AccountId,
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into mail (tenant_id, id, account_id, subject, body)
        values ($1, gen_random_uuid(), $2, $3, $4)
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(subject).bind(body).execute().await?;
    Ok(())
}

/// The same for the account that has this reset code. Writes no mail if no account has it.
pub(super) async fn insert_for_code(
    tx: &mut SignInTx,
    account: AccountId,
    digest: [u8; 32],
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into mail (tenant_id, id, account_id, subject, body)
        select c.tenant_id, gen_random_uuid(), c.account_id, $4, $5
          from reset_code as c
         where c.tenant_id = $1
           and c.account_id = $2
           and c.digest = $3
        returning tenant_id"
    );
    tx.query(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .bind(subject)
        .bind(body)
        .execute()
        .await?;
    Ok(())
}

async fn list(tx: &mut SignInTx) -> Result<Vec<Mail>, Error> {
    let sql = tenant_sql!(
        "
        select m.tenant_id, a.tenant_id as account_tenant_id, m.id, a.email, m.subject, m.body, m.written_at
          from mail as m
          join account as a on a.tenant_id = $1 and a.tenant_id = m.tenant_id and a.id = m.account_id
         where m.tenant_id = $1
         order by m.written_at desc, m.id
         limit 50"
    );
    let records: Vec<Record> = tx.query(sql).fetch_all().await?;
    let mail = |Record { id, email, subject, body, written_at }| Mail {
        id,
        to: email,
        subject,
        body,
        written_at,
    };
    Ok(records.into_iter().map(mail).collect())
}
