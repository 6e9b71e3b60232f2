//! The use of a refresh token: one successor, however many ask at once, and the end of the family if a replaced one is shown again (row T4g).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, TenantId};
use uuid::Uuid;

use super::family::{RevokedFor, add_token, revoke};
use crate::{
    Error, Store,
    door::{Kind, SignInTx},
};

/// A refresh token that was shown.
pub struct Presented {
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Who shows it: no other client can use it.
    pub client: ClientId,
    /// How long after the sign-in a family may be used, by the application's settings of now. It never ends later than it was to end when it began.
    pub lifetime: TimeDelta,
    /// Whether it is replaced, and for how long the one before it may be shown again.
    pub rotates: Option<TimeDelta>,
    /// The digest of the token of that family and generation that follows it.
    pub successor: Box<dyn FnOnce(OriginId, u32) -> [u8; 32] + Send>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// New tokens may be given.
    Good(Grant),
    /// It was replaced before and is shown again: the family is over, with everything that came of it.
    Reused {
        /// The family.
        family: OriginId,
        /// Whose it was.
        account: AccountId,
    },
    /// Nobody has it: unknown, expired, revoked, another client's, or of an account that may not sign in.
    Refused,
}

/// What new tokens are given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The family.
    pub family: OriginId,
    /// Whose tokens.
    pub account: AccountId,
    /// What they let the client do.
    pub scopes: Vec<AccessScope>,
    /// When the person proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When the family ends.
    pub expires_at: DateTime<Utc>,
    /// The generation and the digest of the token that is the family's present one now, if the one that was shown has been replaced.
    pub successor: Option<(u32, [u8; 32])>,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    family_tenant: Uuid,
    id: Uuid,
    account_id: Uuid,
    scopes: Vec<String>,
    authenticated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    shown: i32,
    present: i32,
    /// Since the sign-in, in milliseconds.
    age: i64,
    /// Milliseconds.
    since_rotation: i64,
    enabled: bool,
}

impl Store {
    /// Uses a refresh token. Of many who show the same one at once, all are given the same successor; it is entered once.
    ///
    /// The family is locked while that is decided, on whichever node, and moved on by one update that names the generation it was at.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then the token is as good as before.
    #[tracing::instrument(level = "debug", name = "store.refresh_token.use", skip_all)]
    pub async fn refresh(
        &self,
        tenant: TenantId,
        presented: Presented,
    ) -> Result<Refreshed, Error> {
        self.for_sign_in(tenant, Kind::Write, |tx| Box::pin(refresh(tx, presented))).await
    }

    /// Whose refresh token it is, for what must be known before it is used; `None` if this client has no such token.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_token.owner", skip_all)]
    pub async fn owner_of(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        client: ClientId,
    ) -> Result<Option<AccountId>, Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| {
            Box::pin(async move {
                let found = find(tx, &digest, &client).await?;
                Ok(found.map(|record| AccountId::from_uuid(record.account_id)))
            })
        })
        .await
    }

    /// The family of a refresh token, whatever its generation, for ending it; `None` if this client has no such token.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_token.find", skip_all)]
    pub async fn family_of(
        &self,
        tenant: TenantId,
        digest: [u8; 32],
        client: ClientId,
    ) -> Result<Option<OriginId>, Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| {
            Box::pin(async move {
                let found = find(tx, &digest, &client).await?;
                Ok(found.map(|record| OriginId::from_uuid(record.id)))
            })
        })
        .await
    }
}

async fn refresh(tx: &mut SignInTx, presented: Presented) -> Result<Refreshed, Error> {
    let Presented { digest, client, lifetime, rotates, successor } = presented;
    let found = find(tx, &digest, &client).await?;
    let Some(record) = found.filter(|record| record.age < lifetime.num_milliseconds()) else {
        return Ok(Refreshed::Refused);
    };
    let family = OriginId::from_uuid(record.id);
    let account = AccountId::from_uuid(record.account_id);
    let Some(grace) = rotates else {
        let good = record.enabled && record.shown == record.present;
        return if good { record.grant(None).map(Refreshed::Good) } else { Ok(Refreshed::Refused) };
    };
    let (generation, digest) = if record.shown == record.present {
        let next = record.present + 1;
        let digest = successor(family, next.unsigned_abs());
        advance(tx, family, record.present).await?;
        add_token(tx, family, next, &digest).await?;
        (next, digest)
    } else if record.shown + 1 == record.present && record.is_within(grace) {
        (record.present, digest_of(tx, family, record.present).await?)
    } else {
        revoke(tx, family, RevokedFor::Reuse).await?;
        return Ok(Refreshed::Reused { family, account });
    };
    if record.enabled {
        record.grant(Some((generation.unsigned_abs(), digest))).map(Refreshed::Good)
    } else {
        Ok(Refreshed::Refused)
    }
}

/// The token's family, locked, if it is not over.
async fn find(
    tx: &mut SignInTx,
    digest: &[u8; 32],
    client: &ClientId,
) -> Result<Option<Record>, Error> {
    let sql = tx.text(
        "
        select t.tenant_id, f.tenant_id as family_tenant, f.id, f.account_id, f.scopes, f.authenticated_at, f.expires_at,
               t.generation as shown, f.generation as present,
               (extract(epoch from clock_timestamp() - f.authenticated_at) * 1000)::bigint as age,
               (extract(epoch from clock_timestamp() - f.rotated_at) * 1000)::bigint as since_rotation,
               exists (select from account as a
                         left join employee as e on e.tenant_id = app.tenant_id() and e.tenant_id = a.tenant_id and e.id = a.employee_id
                        where a.tenant_id = app.tenant_id()
                          and a.tenant_id = f.tenant_id
                          and a.id = f.account_id
                          and not a.disabled
                          and e.status is distinct from 'terminated') as enabled
          from refresh_token as t
          join refresh_family as f on f.tenant_id = app.tenant_id() and f.tenant_id = t.tenant_id and f.id = t.family_id
         where t.tenant_id = app.tenant_id()
           and t.digest = $1
           and f.client_id = $2
           and f.revoked_at is null
           and f.expires_at > now()
           for update of f",
    );
    let record: Option<Record> = sqlx::query_as(sql)
        .bind(digest.as_slice())
        .bind(client.as_str())
        .fetch_optional(tx.connection())
        .await?;
    let Some(record) = record else { return Ok(None) };
    tx.check_stamp(record.tenant_id)?;
    tx.check_stamp(record.family_tenant)?;
    Ok(Some(record))
}

async fn advance(tx: &mut SignInTx, family: OriginId, from: i32) -> Result<(), Error> {
    let sql = tx.text(
        "
        update refresh_family
           set generation = generation + 1, rotated_at = clock_timestamp()
         where tenant_id = app.tenant_id()
           and id = $1
           and generation = $2
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(family.as_uuid())
        .bind(from)
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    // It is locked, so it is at the generation at which it was read.
    if stamps.len() == 1 { Ok(()) } else { Err(Error::Corrupt("refresh token family")) }
}

/// The digest of the family's token of that generation.
async fn digest_of(
    tx: &mut SignInTx,
    family: OriginId,
    generation: i32,
) -> Result<[u8; 32], Error> {
    let sql = tx.text(
        "
        select tenant_id, digest
          from refresh_token
         where tenant_id = app.tenant_id()
           and family_id = $1
           and generation = $2",
    );
    let (stamp, digest): (Uuid, Vec<u8>) = sqlx::query_as(sql)
        .bind(family.as_uuid())
        .bind(generation)
        .fetch_one(tx.connection())
        .await?;
    tx.check_stamp(stamp)?;
    digest.try_into().map_err(|_| Error::Corrupt("refresh token"))
}

impl Record {
    fn is_within(&self, grace: TimeDelta) -> bool {
        self.since_rotation < grace.num_milliseconds()
    }

    fn grant(self, successor: Option<(u32, [u8; 32])>) -> Result<Grant, Error> {
        let scopes = self.scopes.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        Ok(Grant {
            family: OriginId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            scopes: scopes.map_err(|_| Error::Corrupt("scope"))?,
            authenticated_at: self.authenticated_at,
            expires_at: self.expires_at,
            successor,
        })
    }
}
