//! A challenge opens only for the client and pool that it was made for, for three minutes, and for the password that was proved.

use std::sync::Arc;

use domain::{Role, TenantId};
use idp::Pool;
use seal::RootKey;
use store::{NewAppClient, PoolSettings, UserPool};
use token::Issuer;

use super::*;

fn application(tenant: u128, pool: &str, client: &str) -> Application {
    let (tenant, id) = (TenantId::from_uuid(Uuid::from_u128(tenant)), pool.parse().unwrap());
    let issuer = Arc::new(Issuer::of_pool(tenant, id, "http://localhost").unwrap());
    let settings = PoolSettings { algorithm: "RS256".to_owned(), srp: false, tenant_claim: false };
    let pool = UserPool { id: issuer.pool().clone(), tenant, settings, created_at: Utc::now() };
    let client = NewAppClient {
        id: client.parse().unwrap(),
        name: "Test".to_owned(),
        secret: None,
        flows: Vec::new(),
        scopes: Vec::new(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        access_minutes: 5,
        id_minutes: 5,
        refresh_minutes: 60,
        rotates: true,
        grace_seconds: 0,
    };
    let pool = Arc::new(Pool::new(pool, issuer, Vec::new()));
    Application::new(pool, Arc::new(client), Utc::now())
}

fn credential(account: u128, hash: &str) -> Credential {
    Credential {
        account: AccountId::from_uuid(Uuid::from_u128(account)),
        employee: None,
        role: Role::Employee,
        password_hash: hash.to_owned(),
        demo: false,
        must_change: false,
        read_at: DateTime::UNIX_EPOCH,
    }
}

/// T6: a challenge can be answered for three minutes, at the client and pool that it was made for.
#[test]
fn a_challenge_is_valid_at_its_client_and_pool_for_three_minutes() {
    let seals = Seals::new(&RootKey::random().unwrap(), None);
    let acme = application(1, "eu-local-1_AcmeCorp1", "portal");
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let text = seal(&seals, &acme, &credential(7, "hash"), now).unwrap();
    let opened = open(&seals, &acme, &text, now + TimeDelta::minutes(3)).unwrap();
    assert_eq!(opened.account, AccountId::from_uuid(Uuid::from_u128(7)));
    assert!(open(&seals, &acme, &text, now + TimeDelta::seconds(181)).is_none());
    for other in [
        application(1, "eu-local-1_AcmeCorp1", "other"),
        application(1, "eu-local-1_AcmeCorp2", "portal"),
        application(2, "eu-local-1_AcmeCorp1", "portal"),
    ] {
        assert!(open(&seals, &other, &text, now).is_none());
    }
    for odd in ["", "x", &text[1..], &"A".repeat(5000)] {
        assert!(open(&seals, &acme, odd, now).is_none(), "{odd}");
    }
}

/// T6: a challenge is valid only for its account and only until the password changes.
#[test]
fn a_password_change_invalidates_the_challenge() {
    let seals = Seals::new(&RootKey::random().unwrap(), None);
    let acme = application(1, "eu-local-1_AcmeCorp1", "portal");
    let now = DateTime::UNIX_EPOCH;
    let text = seal(&seals, &acme, &credential(7, "hash"), now).unwrap();
    let pending = open(&seals, &acme, &text, now).unwrap();
    assert!(pending.is_of(&credential(7, "hash")));
    assert!(!pending.is_of(&credential(7, "another")));
    assert!(!pending.is_of(&credential(8, "hash")));
}
