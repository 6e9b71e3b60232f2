//! A token is checked against the current settings of its application.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use domain::{AccessScope, ClientId, OriginId, PoolId, Role};
use store::{AppClient, NewAppClient, PoolSettings, StoredKey, UserPool};
use token::{
    Algorithm, Grant, Issuer, PreTokenHook, SigningKey, TokenIssuer, TokenLifetime, TokenUse,
    new_sign_in_id,
};
use uuid::Uuid;

use super::*;

const BASE: &str = "http://localhost";

/// A pool with its keys, and the issuer of its tokens.
struct Signing {
    pool: UserPool,
    keys: Vec<StoredKey>,
    issuer: TokenIssuer,
}

impl Signing {
    fn new(tenant: u128, id: &str) -> Self {
        let id: PoolId = id.parse().unwrap();
        let settings = PoolSettings { algorithm: "ES256".into(), srp: false, tenant_claim: false };
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        let pool = UserPool { id: id.clone(), tenant, settings, created_at: now() };
        let keys = [TokenUse::Id, TokenUse::Access]
            .map(|token_use| SigningKey::generate(&id, token_use, Algorithm::Es256).unwrap());
        let stored = keys.iter().map(|key| StoredKey {
            kid: key.name().kid.to_string(),
            tenant,
            pool: id.clone(),
            token_use: key.name().token_use.as_str().to_owned(),
            algorithm: "ES256".to_owned(),
            public_jwk: serde_json::to_string(&key.public().to_jwk()).unwrap(),
            sealed: Vec::new(),
            signs_from: now() - TimeDelta::days(1),
            expires_at: None,
        });
        let keys_stored = stored.collect();
        let url = Arc::new(Issuer::of_pool(tenant, id, BASE).unwrap());
        let [id, access] = keys;
        let issuer = TokenIssuer::new(url, id, access, PreTokenHook::Nothing).unwrap();
        Self { pool, keys: keys_stored, issuer }
    }

    fn person(&self) -> String {
        let account = AccountId::from_uuid(Uuid::from_u128(7));
        let origin: OriginId = new_sign_in_id(now(), &[0; 10]);
        let grant = Grant {
            account,
            role: Role::HrAdmin,
            client: portal(),
            origin,
            password_at: Utc::now(),
        };
        let lifetime = TokenLifetime::from_seconds(900).unwrap();
        self.issuer.access_token(&grant, &AccessScope::ALL, lifetime, now()).unwrap().into()
    }

    fn machine(&self) -> String {
        let lifetime = TokenLifetime::from_seconds(900).unwrap();
        let scopes = [AccessScope::ReadEmployees, AccessScope::ReadSalaries];
        self.issuer.machine_token(&portal(), &scopes, lifetime, now()).unwrap().into()
    }

    /// An application of this pool with these flows and scopes.
    fn application(&self, flows: &[Flow], scopes: &[AccessScope]) -> AppClient {
        let client = NewAppClient {
            id: portal(),
            name: "Portal".to_owned(),
            secret: None,
            flows: flows.to_vec(),
            scopes: scopes.to_vec(),
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            access_minutes: 15,
            id_minutes: 15,
            refresh_minutes: 60,
            rotates: true,
            grace_seconds: 0,
        };
        let (tenant, pool) = (self.pool.tenant, self.pool.id.clone());
        AppClient { tenant, pool, created_at: now(), client }
    }
}

fn portal() -> ClientId {
    "portal".parse().unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn snapshot(pools: &[&Signing], applications: Vec<AppClient>) -> Snapshot {
    let keys = pools.iter().flat_map(|pool| pool.keys.clone()).collect();
    let pools = pools.iter().map(|pool| pool.pool.clone()).collect();
    Snapshot::of(1, BASE, pools, applications, keys).unwrap()
}

/// The scopes that a token has under this snapshot, or why the snapshot refuses it.
fn granted_scopes(snapshot: &Snapshot, token: &str) -> Result<Vec<AccessScope>, InvalidToken> {
    let access = snapshot.ring().verify_access(token, now()).unwrap();
    limit_to_application(snapshot, access).map(|access| access.scopes().to_vec())
}

/// G5: a token is refused if its application was removed, belongs to another pool, or was added again after the token was issued.
#[test]
fn a_token_of_a_removed_application_is_refused() {
    let (acme, betaco) =
        (Signing::new(1, "eu-local-1_AcmeCorp1"), Signing::new(2, "eu-local-1_BetaCo01"));
    let (pools, token) = ([&acme, &betaco], acme.person());
    let own = acme.application(&[Flow::Code], &AccessScope::ALL);
    assert_eq!(
        granted_scopes(&snapshot(&pools, vec![own.clone()]), &token).unwrap(),
        AccessScope::ALL
    );
    let moved = betaco.application(&[Flow::Code], &AccessScope::ALL);
    let again = AppClient { created_at: now() + TimeDelta::seconds(1), ..own };
    for applications in [vec![], vec![moved], vec![again]] {
        let shown = format!("{applications:?}");
        let refused = granted_scopes(&snapshot(&pools, applications), &token);
        assert_eq!(refused, Err(InvalidToken::WrongAudience), "{shown}");
    }
}

/// G5: a token has no scope that its application may not ask for now. Every application of Cognito's protocol has the scope of the user's own account.
#[test]
fn a_token_carries_the_scopes_that_its_application_has_now() {
    use AccessScope::{OpenId, OwnAccount, ReadEmployees, ReadSalaries};
    let acme = Signing::new(1, "eu-local-1_AcmeCorp1");
    let token = acme.person();
    for (flow, scopes, left) in [
        (Flow::Code, &[OpenId, ReadEmployees][..], &[OpenId, ReadEmployees][..]),
        (Flow::Code, &[ReadSalaries], &[ReadSalaries]),
        (Flow::Code, &[], &[]),
        (Flow::Password, &[], &[OwnAccount]),
        (Flow::Srp, &[OpenId], &[OpenId, OwnAccount]),
    ] {
        let now = snapshot(&[&acme], vec![acme.application(&[flow], scopes)]);
        assert_eq!(granted_scopes(&now, &token).unwrap(), left, "{flow:?} {scopes:?}");
    }
}

/// G5: a machine's token is refused once its application may not use client credentials.
#[test]
fn a_token_of_a_machine_is_refused_without_its_flow() {
    let acme = Signing::new(1, "eu-local-1_AcmeCorp1");
    let token = acme.machine();
    let scopes = [AccessScope::ReadEmployees];
    let narrowed = snapshot(&[&acme], vec![acme.application(&[Flow::ClientCredentials], &scopes)]);
    assert_eq!(granted_scopes(&narrowed, &token).unwrap(), scopes);
    let without = snapshot(&[&acme], vec![acme.application(&[Flow::Code], &scopes)]);
    assert_eq!(granted_scopes(&without, &token), Err(InvalidToken::WrongAudience));
}
