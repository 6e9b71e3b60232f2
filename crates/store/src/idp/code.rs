//! Authorization codes: each is valid once, and a second use revokes what the first one gave (RFC 6749 section 4.1.2).

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, PrintableText, TenantId};
use uuid::Uuid;

use super::{
    answered_challenge::{self, SpentTicket},
    family::RevokedFor,
};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// A code that is about to be sent to a client.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// SHA-256 of the code.
    pub digest: [u8; 32],
    /// The request that the code is issued for.
    pub grant: SpentCode,
    /// When the code expires.
    pub expires_at: DateTime<Utc>,
    /// The re-authentication ticket that the code is given for, if any.
    pub ticket: Option<SpentTicket>,
}

/// The request that a code was issued for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentCode {
    /// The account that signed in.
    pub account: AccountId,
    /// The client that the code was issued to.
    pub client: ClientId,
    /// The address that the code was sent to.
    pub redirect_uri: String,
    /// The challenge that the verifier must answer (RFC 7636).
    pub code_challenge: String,
    /// The `nonce` that the ID token must repeat, if the client sent one.
    pub nonce: Option<PrintableText>,
    /// The scopes that the tokens will have.
    pub scopes: Vec<AccessScope>,
    /// When the user signed in.
    pub authenticated_at: DateTime<Utc>,
    /// When the user entered the password.
    pub password_at: DateTime<Utc>,
}

/// The result of presenting a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The code was valid and is spent now.
    Good(SpentCode),
    /// The code was spent before. The family that it was spent for is revoked now.
    Again(OriginId),
    /// The code is unknown or has expired.
    Refused,
}

#[derive(sqlx::FromRow)]
struct Record {
    account_id: Uuid,
    client_id: String,
    redirect_uri: String,
    code_challenge: String,
    nonce: Option<String>,
    scopes: Vec<String>,
    authenticated_at: DateTime<Utc>,
    password_at: DateTime<Utc>,
    family_id: Option<Uuid>,
}

impl Store {
    /// Stores a code and spends its ticket, and deletes old codes. Returns `false`, and stores no code, if the ticket was spent before, on any node, or if the
    /// sign-ins of the account were revoked since the user signed in: its tokens would be refused. A session lives on after a change of role, for example.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.authorization_code.create", skip_all)]
    pub async fn create_code(&self, tenant: TenantId, new: NewCode) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| {
            Box::pin(async move {
                sweep(tx).await?;
                if let Some(ticket) = new.ticket
                    && !answered_challenge::record_once(tx, ticket.id, ticket.remembered).await?
                {
                    return Ok(false);
                }
                insert(tx, &new).await
            })
        })
        .await
    }

    /// Spends a code for the family that it will start. Presenting it a second time, on any node, revokes that family.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.authorization_code.spend", skip_all)]
    pub async fn spend_code(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        family: OriginId,
    ) -> Result<Redeemed, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(spend(tx, digest, family)))
            .await
    }
}

async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from authorization_code
         where tenant_id = $1
           and expires_at < now() - interval '1 hour'
        returning tenant_id"
    );
    tx.query(sql).execute().await?;
    Ok(())
}

/// Returns whether the code was inserted: not if the account is disabled, or its sign-ins were revoked since the user signed in.
async fn insert(tx: &mut SignInTx, new: &NewCode) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        insert into authorization_code
               (tenant_id, digest, account_id, client_id, redirect_uri, code_challenge, nonce, scopes, authenticated_at, expires_at, password_at)
        select a.tenant_id, $2, a.id, $4, $5, $6, $7, $8, $9, $10, $11
          from account as a
         where a.tenant_id = $1
           and a.id = $3
           and not a.disabled
           and (a.signed_out_at is null or a.signed_out_at < $9)
        returning tenant_id"
    );
    let NewCode { digest, grant, expires_at, .. } = new;
    let scopes: Vec<&str> = grant.scopes.iter().map(|scope| scope.as_str()).collect();
    let inserted = tx
        .query(sql)
        .bind(digest.as_slice())
        .bind(grant.account.as_uuid())
        .bind(grant.client.as_str())
        .bind(&grant.redirect_uri)
        .bind(&grant.code_challenge)
        .bind(grant.nonce.as_ref().map(PrintableText::as_str))
        .bind(scopes)
        .bind(grant.authenticated_at)
        .bind(expires_at)
        .bind(grant.password_at)
        .execute()
        .await?;
    Ok(inserted > 0)
}

async fn spend(tx: &mut SignInTx, digest: [u8; 32], family: OriginId) -> Result<Redeemed, Error> {
    let Some(record) = find(tx, &digest).await? else { return Ok(Redeemed::Refused) };
    if let Some(given) = record.family_id.map(OriginId::from_uuid) {
        end(tx, given, &record).await?;
        return Ok(Redeemed::Again(given));
    }
    let sql = tenant_sql!(
        "
        update authorization_code
           set family_id = $3
         where tenant_id = $1
           and digest = $2
           and family_id is null
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(digest.as_slice()).bind(family.as_uuid()).execute().await?;
    if changed == 1 { record.spent().map(Redeemed::Good) } else { Ok(Redeemed::Refused) }
}

/// Revokes the family that the code was spent for. If the first use has not started the family yet, it is inserted as revoked, so that it cannot
/// start.
async fn end(tx: &mut SignInTx, family: OriginId, record: &Record) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into refresh_family as known
               (tenant_id, id, account_id, client_id, scopes, authenticated_at, expires_at, revoked_at, revoked_for)
        values ($1, $2, $3, $4, $5, $6, clock_timestamp() + interval '1 hour', clock_timestamp(), $7)
            on conflict (tenant_id, id) do update
           set (revoked_at, revoked_for) = (excluded.revoked_at, excluded.revoked_for)
         where known.tenant_id = $1
           and known.revoked_at is null
        returning tenant_id"
    );
    tx.query(sql)
        .bind(family.as_uuid())
        .bind(record.account_id)
        .bind(&record.client_id)
        .bind(&record.scopes)
        .bind(record.authenticated_at)
        .bind(RevokedFor::CodeReuse.as_str())
        .execute()
        .await?;
    Ok(())
}

/// Finds the code and locks it: a second use waits until the first one is decided.
async fn find(tx: &mut SignInTx, digest: &[u8; 32]) -> Result<Option<Record>, Error> {
    let sql = tenant_sql!(
        "
        select tenant_id, account_id, client_id, redirect_uri, code_challenge, nonce, scopes, authenticated_at,
               coalesce(password_at, authenticated_at) as password_at, family_id
          from authorization_code
         where tenant_id = $1
           and digest = $2
           and (expires_at > now() or family_id is not null)
           for update"
    );
    tx.query(sql).bind(digest.as_slice()).fetch_optional().await
}

impl Record {
    fn spent(self) -> Result<SpentCode, Error> {
        let scopes = self.scopes.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        let nonce = self.nonce.map(|nonce| PrintableText::parse(&nonce, nonce.len())).transpose();
        Ok(SpentCode {
            account: AccountId::from_uuid(self.account_id),
            client: self.client_id.parse().map_err(|_| Error::Corrupt("client id"))?,
            redirect_uri: self.redirect_uri,
            code_challenge: self.code_challenge,
            nonce: nonce.map_err(|_| Error::Corrupt("nonce"))?,
            scopes: scopes.map_err(|_| Error::Corrupt("scope"))?,
            authenticated_at: self.authenticated_at,
            password_at: self.password_at,
        })
    }
}
