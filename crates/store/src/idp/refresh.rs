//! The use of a refresh token: concurrent uses get the same successor, and a replaced token that is presented again revokes the family (row T4g).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, TenantId};
use uuid::Uuid;

use super::family::{RevokedFor, add_token, revoke};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// A refresh token that a client presents.
pub struct PresentedToken {
    /// SHA-256 of the token.
    pub digest: [u8; 32],
    /// The client that presents the token. It must be the client of the family.
    pub client: ClientId,
    /// How long after the sign-in the family may be used, by the application's present settings. It can only shorten the lifetime that the family
    /// started with.
    pub lifetime: TimeDelta,
    /// `Some` if a use replaces the token, with the time in which a replaced token may be presented again.
    pub rotates: Option<TimeDelta>,
    /// Computes the digest of the next token, from its family and its generation.
    pub successor: Box<dyn FnOnce(OriginId, u32) -> [u8; 32] + Send>,
}

/// The result of presenting a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// New tokens may be issued.
    Good(RefreshGrant),
    /// The token was replaced before and is presented again. The family is revoked now; the caller must revoke its access tokens.
    Reused {
        /// The family of the token.
        family: OriginId,
        /// The account of the family.
        account: AccountId,
    },
    /// The token is unknown, expired, revoked, another client's, or of an account that may not sign in.
    Refused,
}

/// The data that new tokens are issued from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshGrant {
    /// The family of the tokens.
    pub family: OriginId,
    /// The account that the tokens are issued for.
    pub account: AccountId,
    /// The scopes that the family started with.
    pub scopes: Vec<AccessScope>,
    /// When the user signed in.
    pub authenticated_at: DateTime<Utc>,
    /// When the user entered the password.
    pub password_at: DateTime<Utc>,
    /// When the family expires.
    pub expires_at: DateTime<Utc>,
    /// The generation and the digest of the family's present token, if the presented one has been replaced.
    pub successor: Option<(u32, [u8; 32])>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    account_id: Uuid,
    scopes: Vec<String>,
    authenticated_at: DateTime<Utc>,
    password_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    shown: i32,
    present: i32,
    /// Time since the sign-in, in milliseconds.
    age: i64,
    /// Time since the last rotation, in milliseconds.
    since_rotation: i64,
    enabled: bool,
}

impl Store {
    /// Uses a refresh token. Concurrent uses of the same token get the same successor, which is stored once.
    ///
    /// The family's row is locked meanwhile, for every node. One update moves the family to the next generation, and names the generation it was at.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then the token can be used again.
    #[tracing::instrument(level = "debug", name = "store.refresh_token.use", skip_all)]
    pub async fn refresh(
        &self,
        tenant: TenantId,
        presented: PresentedToken,
    ) -> Result<Refreshed, Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| Box::pin(refresh(tx, presented))).await
    }

    /// Finds the account of a refresh token without using the token; `None` if this client has no such token.
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
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let found = find(tx, &digest, &client).await?;
                Ok(found.map(|record| AccountId::from_uuid(record.account_id)))
            })
        })
        .await
    }

    /// Finds the family of a refresh token of any generation, so that the caller can revoke it; `None` if this client has no such token.
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
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let found = find(tx, &digest, &client).await?;
                Ok(found.map(|record| OriginId::from_uuid(record.id)))
            })
        })
        .await
    }
}

async fn refresh(tx: &mut SignInTx, presented: PresentedToken) -> Result<Refreshed, Error> {
    let PresentedToken { digest, client, lifetime, rotates, successor } = presented;
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

/// Finds the token's family and locks it; `None` if it has expired or was revoked.
async fn find(
    tx: &mut SignInTx,
    digest: &[u8; 32],
    client: &ClientId,
) -> Result<Option<Record>, Error> {
    let sql = tenant_sql!(
        "
        select t.tenant_id, f.tenant_id as family_tenant_id, f.id, f.account_id, f.scopes, f.authenticated_at,
               coalesce(f.password_at, f.authenticated_at) as password_at, f.expires_at,
               t.generation as shown, f.generation as present,
               (extract(epoch from clock_timestamp() - f.authenticated_at) * 1000)::bigint as age,
               (extract(epoch from clock_timestamp() - f.rotated_at) * 1000)::bigint as since_rotation,
               exists (select from account as a
                         left join employee as e on e.tenant_id = $1 and e.tenant_id = a.tenant_id and e.id = a.employee_id
                        where a.tenant_id = $1
                          and a.tenant_id = f.tenant_id
                          and a.id = f.account_id
                          and not a.disabled
                          and e.status is distinct from 'terminated') as enabled
          from refresh_token as t
          join refresh_family as f on f.tenant_id = $1 and f.tenant_id = t.tenant_id and f.id = t.family_id
         where t.tenant_id = $1
           and t.digest = $2
           and f.client_id = $3
           and f.revoked_at is null
           and f.expires_at > now()
           for update of f"
    );
    tx.query(sql).bind(digest.as_slice()).bind(client.as_str()).fetch_optional().await
}

async fn advance(tx: &mut SignInTx, family: OriginId, from: i32) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update refresh_family
           set generation = generation + 1, rotated_at = clock_timestamp()
         where tenant_id = $1
           and id = $2
           and generation = $3
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(family.as_uuid()).bind(from).execute().await?;
    // The row is locked, so its generation is still the one that was read.
    if changed == 1 { Ok(()) } else { Err(Error::Corrupt("refresh token family")) }
}

/// The digest of the family's token of that generation.
async fn digest_of(
    tx: &mut SignInTx,
    family: OriginId,
    generation: i32,
) -> Result<[u8; 32], Error> {
    let sql = tenant_sql!(
        "
        select digest, tenant_id
          from refresh_token
         where tenant_id = $1
           and family_id = $2
           and generation = $3"
    );
    let (digest,): (Vec<u8>,) =
        tx.query(sql).bind(family.as_uuid()).bind(generation).fetch_one().await?;
    digest.try_into().map_err(|_| Error::Corrupt("refresh token"))
}

impl Record {
    fn is_within(&self, grace: TimeDelta) -> bool {
        self.since_rotation < grace.num_milliseconds()
    }

    fn grant(self, successor: Option<(u32, [u8; 32])>) -> Result<RefreshGrant, Error> {
        let scopes = self.scopes.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        Ok(RefreshGrant {
            family: OriginId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            scopes: scopes.map_err(|_| Error::Corrupt("scope"))?,
            authenticated_at: self.authenticated_at,
            password_at: self.password_at,
            expires_at: self.expires_at,
            successor,
        })
    }
}
