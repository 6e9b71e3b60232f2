//! The outbox: mails to users. In development the pages show them; a deployment reads them from here and sends them.

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use crate::{
    Error, Store,
    door::{Kind, SignInTx},
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
    tenant_id: Uuid,
    account_tenant: Uuid,
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
        self.for_sign_in(tenant, Kind::Write, move |tx| {
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
        self.for_sign_in(tenant, Kind::Read, |tx| Box::pin(list(tx))).await
    }
}

pub(super) async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tx.text(
        "
        delete from mail
         where tenant_id = app.tenant_id()
           and written_at < now() - make_interval(hours => $1)
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(KEPT_HOURS).fetch_all(tx.connection()).await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))
}

pub(super) async fn insert(
    tx: &mut SignInTx,
    account: AccountId,
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    let sql = tx.text(
        "
        insert into mail (tenant_id, id, account_id, subject, body)
        values (app.tenant_id(), gen_random_uuid(), $1, $2, $3)",
    );
    sqlx::query(sql)
        .bind(account.as_uuid())
        .bind(subject)
        .bind(body)
        .execute(tx.connection())
        .await?;
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
    let sql = tx.text(
        "
        insert into mail (tenant_id, id, account_id, subject, body)
        select c.tenant_id, gen_random_uuid(), c.account_id, $3, $4
          from reset_code as c
         where c.tenant_id = app.tenant_id()
           and c.account_id = $1
           and c.digest = $2
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .bind(subject)
        .bind(body)
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))
}

async fn list(tx: &mut SignInTx) -> Result<Vec<Mail>, Error> {
    let sql = tx.text(
        "
        select m.tenant_id, a.tenant_id as account_tenant, m.id, a.email, m.subject, m.body, m.written_at
          from mail as m
          join account as a on a.tenant_id = app.tenant_id() and a.tenant_id = m.tenant_id and a.id = m.account_id
         where m.tenant_id = app.tenant_id()
         order by m.written_at desc, m.id
         limit 50",
    );
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records
        .into_iter()
        .map(|record| {
            tx.check_stamp(record.tenant_id)?;
            tx.check_stamp(record.account_tenant)?;
            let Record { id, email, subject, body, written_at, .. } = record;
            Ok(Mail { id, to: email, subject, body, written_at })
        })
        .collect()
}
