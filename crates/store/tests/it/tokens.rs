//! T4g: refresh tokens that are used once, again, and concurrently; and the signing keys.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, PrintableText, Role, TenantId};
use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use store::{
    Flow, NewAppClient, NewCode, NewFamily, NewSigningKey, PasswordReplacement, PresentedToken,
    Refreshed, Reset, RevokedFor, SpentCode, Store,
};
use uuid::Uuid;

use crate::{company::Company, stack::with_stack};

/// An application (app client) of one company.
pub(crate) struct Client {
    pub(crate) tenant: TenantId,
    pub(crate) id: ClientId,
    pub(crate) grace: TimeDelta,
    pub(crate) lifetime: TimeDelta,
}

impl Client {
    pub(crate) async fn of(store: &Store, company: &Company) -> Self {
        let id: ClientId = Uuid::new_v4().simple().to_string().parse().expect("it is one");
        store.put_app_client(company.tenant, client(id.clone())).await.expect("it is new");
        let (grace, lifetime) = (TimeDelta::seconds(30), TimeDelta::days(30));
        Self { tenant: company.tenant, id, grace, lifetime }
    }

    /// A family whose first token has this digest.
    pub(crate) fn family(&self, id: OriginId, account: AccountId, digest: [u8; 32]) -> NewFamily {
        NewFamily {
            id,
            account,
            client: self.id.clone(),
            scopes: vec![AccessScope::OwnAccount],
            authenticated_at: Utc::now(),
            password_at: Utc::now(),
            expires_at: Utc::now() + TimeDelta::days(1),
            digest,
        }
    }

    pub(crate) fn code(&self, digest: [u8; 32], account: AccountId) -> NewCode {
        let grant = SpentCode {
            account,
            client: self.id.clone(),
            redirect_uri: "https://app.example/back".to_owned(),
            code_challenge: "challenge".to_owned(),
            nonce: Some(PrintableText::parse("nonce", 512).expect("printable text")),
            scopes: vec![AccessScope::OpenId],
            authenticated_at: Utc::now(),
            password_at: Utc::now(),
        };
        let expires_at = Utc::now() + TimeDelta::minutes(1);
        NewCode { digest, grant, expires_at, ticket: None }
    }
}

pub(crate) fn client(id: ClientId) -> NewAppClient {
    NewAppClient {
        id,
        name: "Test".to_owned(),
        secret: None,
        flows: Flow::ALL.to_vec(),
        scopes: AccessScope::ALL.to_vec(),
        redirect_uris: vec!["https://app.example/back".parse().expect("a URI")],
        logout_uris: Vec::new(),
        access_minutes: 5,
        id_minutes: 15,
        refresh_minutes: 60,
        rotates: true,
        grace_seconds: 30,
    }
}

/// Uses the token with this digest. The successor's digest is derived from it.
pub(crate) async fn refreshed(store: &Store, client: &Client, digest: [u8; 32]) -> Refreshed {
    let presented = PresentedToken {
        digest,
        client: client.id.clone(),
        lifetime: client.lifetime,
        rotates: Some(client.grace),
        successor: Box::new(move |family, generation| successor(family, generation, digest)),
    };
    store.refresh(client.tenant, presented).await.expect("an answer")
}

fn successor(family: OriginId, generation: u32, parent: [u8; 32]) -> [u8; 32] {
    let of = Sha256::new()
        .chain_update(family.as_uuid().as_bytes())
        .chain_update(generation.to_be_bytes());
    of.chain_update(parent).finalize().into()
}

struct Family {
    store: Store,
    client: Client,
    id: OriginId,
    account: AccountId,
    company: Company,
}

impl Family {
    /// A new family whose first token has a digest of nines.
    async fn start(store: Store) -> Self {
        let company = Company::fresh(&store, 4).await;
        let client = Client::of(&store, &company).await;
        let (id, account) = (OriginId::from_uuid(Uuid::now_v7()), company.rows.accounts[0].id);
        let family = client.family(id, account, [9; 32]);
        assert!(store.start_family(company.tenant, family).await.expect("an answer").is_some());
        Self { store, client, id, account, company }
    }

    async fn refresh(&self, digest: [u8; 32]) -> Refreshed {
        refreshed(&self.store, &self.client, digest).await
    }

    fn token(&self, generation: u32) -> [u8; 32] {
        (1..=generation).fold([9; 32], |parent, next| successor(self.id, next, parent))
    }
}

fn generation(refreshed: &Refreshed) -> Option<u32> {
    match refreshed {
        Refreshed::Good(grant) => grant.successor.map(|(generation, _)| generation),
        _ => None,
    }
}

/// T4g: fifty concurrent requests with one token get the same successor, which is valid.
#[test]
fn concurrent_requests_get_one_successor() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        for round in 0..10 {
            let token = family.token(round);
            let all = join_all((0..50).map(|_| family.refresh(token))).await;
            assert!(all.iter().all(|one| generation(one) == Some(round + 1)), "{all:?}");
        }
    });
}

/// T4g: within the grace period, a replaced token gives the same successor again, because its reply may have been lost. After that, it ends the family.
#[test]
fn a_replaced_token_is_valid_within_the_grace_and_ends_the_family_after_it() {
    with_stack(async |stack| {
        let mut family = Family::start(stack.store().await).await;
        let first = family.refresh(family.token(0)).await;
        assert_eq!(generation(&first), Some(1));
        assert_eq!(family.refresh(family.token(0)).await, first, "the reply was lost");
        family.client.grace = TimeDelta::zero();
        let (id, account) = (family.id, family.account);
        let again = family.refresh(family.token(0)).await;
        assert_eq!(again, Refreshed::Reused { family: id, account });
        for generation in [0, 1, 2] {
            let after = family.refresh(family.token(generation)).await;
            assert_eq!(after, Refreshed::Refused, "generation {generation} of a revoked family");
        }
    });
}

/// T4g: a token that was replaced twice is not explained by a lost reply.
#[test]
fn a_token_that_was_replaced_twice_ends_the_family_at_once() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        family.refresh(family.token(0)).await;
        family.refresh(family.token(1)).await;
        assert!(matches!(family.refresh(family.token(0)).await, Refreshed::Reused { .. }));
        assert_eq!(family.refresh(family.token(2)).await, Refreshed::Refused);
    });
}

/// T4g: an unknown token revokes no family, so families cannot be ended by guessing.
#[test]
fn an_unknown_token_is_refused_and_revokes_no_family() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        assert_eq!(family.refresh([1; 32]).await, Refreshed::Refused);
        let other = Client::of(&family.store, &family.company).await;
        let stolen = refreshed(&family.store, &other, family.token(0)).await;
        assert_eq!(stolen, Refreshed::Refused, "another client's");
        assert_eq!(generation(&family.refresh(family.token(0)).await), Some(1));
    });
}

/// T5: an account that may not sign in cannot refresh tokens or begin a family.
#[test]
fn a_disabled_account_neither_refreshes_nor_starts_a_family() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        let (store, context) = (&family.store, family.company.maintenance());
        store.enable_person(&context, family.account, false).await.expect("done");
        assert_eq!(family.refresh(family.token(0)).await, Refreshed::Refused);
        let new =
            family.client.family(OriginId::from_uuid(Uuid::now_v7()), family.account, [8; 32]);
        assert!(store.start_family(family.client.tenant, new).await.expect("an answer").is_none());
        store.enable_person(&context, family.account, true).await.expect("done");
        assert_eq!(family.refresh(family.token(0)).await, Refreshed::Refused, "it stays revoked");
    });
}

/// T5: a sign-in from before the user signed out everywhere gives no tokens afterwards.
#[test]
fn a_sign_in_from_before_a_sign_out_starts_no_family() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        let (store, tenant) = (&family.store, family.client.tenant);
        let begin = async |client: &Client, at| {
            let id = OriginId::from_uuid(Uuid::now_v7());
            let digest: [u8; 32] = Sha256::digest(id.as_uuid().as_bytes()).into();
            let mut new = client.family(id, family.account, digest);
            new.authenticated_at = at;
            store.start_family(tenant, new).await.expect("an answer").is_some()
        };
        let before = Utc::now();
        store.revoke_families(tenant, family.account, RevokedFor::SignedOut).await.expect("done");
        assert_eq!(family.refresh(family.token(0)).await, Refreshed::Refused);
        assert!(!begin(&family.client, before).await);
        assert!(begin(&family.client, Utc::now()).await);
    });
}

/// T4g: a client without rotation uses the same token each time.
#[test]
fn a_client_that_does_not_rotate_keeps_its_token() {
    with_stack(async |stack| {
        let family = Family::start(stack.store().await).await;
        for _ in 0..2 {
            let presented = PresentedToken {
                digest: family.token(0),
                client: family.client.id.clone(),
                lifetime: family.client.lifetime,
                rotates: None,
                successor: Box::new(|_, _| panic!("nothing follows it")),
            };
            let kept = family.store.refresh(family.client.tenant, presented).await;
            assert!(
                matches!(kept.expect("an answer"), Refreshed::Good(grant) if grant.successor.is_none())
            );
        }
    });
}

/// ASVS 6.4.3, 6.3.1: a reset code stays valid until it expires, however often others guess. Any other change of the password and a sign-out everywhere
/// invalidate it.
#[test]
fn a_reset_code_is_valid_until_another_password_change_or_sign_out() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let account = acme.account(Role::Employee).id;
        let put = async |until| {
            store.put_reset_code(acme.tenant, account, [1; 32], until).await.expect("kept");
        };
        let soon = Utc::now() + TimeDelta::minutes(5);
        put(soon).await;
        let guess = async |digest| {
            store.check_reset_code(acme.tenant, account, digest).await.expect("an answer")
        };
        for _ in 0..50 {
            assert_eq!(guess([2; 32]).await, Reset::Wrong);
        }
        assert_eq!(guess([1; 32]).await, Reset::Right);
        let hash = "$argon2id$another".to_owned();
        assert!(store.set_password(acme.tenant, account, hash, None, false).await.expect("set"));
        assert_eq!(guess([1; 32]).await, Reset::Wrong, "a password was set otherwise");
        put(soon).await;
        let why = RevokedFor::SignedOut;
        store.revoke_families(acme.tenant, account, why).await.expect("done");
        assert_eq!(guess([1; 32]).await, Reset::Wrong, "everything was ended");
        let past = Utc::now() - TimeDelta::seconds(1);
        store.put_reset_code(acme.tenant, account, [1; 32], past).await.expect("kept");
        assert_eq!(guess([1; 32]).await, Reset::Expired);
    });
}

/// G9: a mailed reset code stays valid when others are requested. The first one that sets a password invalidates all others.
#[test]
fn a_reset_code_stays_valid_when_others_are_mailed() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let account = acme.account(Role::Employee).id;
        let soon = Utc::now() + TimeDelta::minutes(5);
        for number in 1..=20 {
            let put = store.put_reset_code(acme.tenant, account, [number; 32], soon).await;
            assert!(put.expect("kept"));
        }
        let check = async |number: u8| {
            store.check_reset_code(acme.tenant, account, [number; 32]).await.expect("an answer")
        };
        assert_eq!([check(1).await, check(20).await], [Reset::Right; 2]);
        let found = store.find_credential_of(acme.tenant, account).await.expect("an answer");
        let new = PasswordReplacement {
            hash: "$argon2id$another".to_owned(),
            verifier: None,
            replaces: found.expect("there").password_hash,
            by_code: Some([1; 32]),
        };
        assert!(store.replace_password(acme.tenant, account, new).await.expect("an answer"));
        assert_eq!([check(1).await, check(20).await], [Reset::Wrong; 2]);
    });
}

/// T1: every company has its own user pool from the beginning, whatever the names of other companies.
#[test]
fn every_tenant_has_its_own_pool() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let mut ids = Vec::new();
        for _ in 0..12 {
            let slug = format!("p{}", Uuid::new_v4().simple());
            let tenant = store.create_tenant(&slug.parse().expect("a slug"), "Näme & Co.").await;
            let tenant = tenant.expect("it is new");
            let pools = store.pools().await.expect("a list");
            let own: Vec<_> = pools.into_iter().filter(|pool| pool.tenant == tenant).collect();
            assert_eq!(own.len(), 1);
            ids.push(own[0].id.clone());
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 12);
    });
}

/// T8: new keys are published before they sign, and old ones stay published after that. A changed version tells nodes to reload.
#[test]
fn keys_overlap_during_a_rotation() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let pools = store.pools().await.expect("a list");
        let pool =
            pools.into_iter().find(|pool| pool.tenant == acme.tenant).expect("it has one").id;
        let keys = |name: &str| {
            ["id", "access"].map(|token_use| NewSigningKey {
                kid: format!("{pool}-{name}-{token_use}"),
                token_use,
                algorithm: "RS256",
                public_jwk: "{}".to_owned(),
                sealed: vec![0; 8],
            })
        };
        let of_pool = async || {
            let all = store.signing_keys().await.expect("a list");
            all.into_iter().filter(|key| key.pool == pool).collect::<Vec<_>>()
        };
        let before = store.pools_version().await.expect("a number");
        store.add_first_keys(&pool, keys("one").to_vec()).await.expect("done");
        store.add_first_keys(&pool, keys("other").to_vec()).await.expect("the first ones stay");
        assert_eq!(of_pool().await.len(), 2);
        assert!(store.pools_version().await.expect("a number") > before);
        let hour = Duration::from_hours(1);
        let turn = async |name: &str, ahead| {
            store.rotate_keys(&pool, keys(name).to_vec(), ahead, hour).await.expect("done")
        };
        assert!(turn("two", hour).await);
        assert!(!turn("three", hour).await, "the next keys do not sign yet");
        let (old, new): (Vec<_>, Vec<_>) =
            of_pool().await.into_iter().partition(|key| key.signs_from <= Utc::now());
        assert!(
            old.iter().all(|key| key
                .expires_at
                .is_some_and(|at| at > Utc::now() + TimeDelta::minutes(90)))
        );
        assert!(new.iter().all(|key| key.expires_at.is_none()));
        assert_eq!((old.len(), new.len()), (2, 2));
    });
}

/// T8: a sealed value of the platform is replaced only if it has not changed meanwhile. A changed version tells nodes to reload.
#[test]
fn a_sealed_value_that_changed_meanwhile_is_not_replaced() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let id: ClientId = Uuid::new_v4().simple().to_string().parse().expect("it is one");
        let new = NewAppClient { secret: Some(([5; 32], vec![1])), ..client(id.clone()) };
        store.put_app_client(acme.tenant, new).await.expect("it is new");
        let before = store.pools_version().await.expect("a number");
        let reseal = async |old, new| {
            store.reseal_client_secret(&id, vec![old], vec![new]).await.expect("an answer")
        };
        assert!(reseal(1, 2).await && !reseal(1, 3).await);
        assert!(store.pools_version().await.expect("a number") > before);
        let all = store.app_clients().await.expect("a list");
        let own = all.into_iter().find(|known| known.client.id == id).expect("it is there");
        assert_eq!(own.client.secret, Some(([5; 32], vec![2])));
        let nobody = store.reseal_signing_key("nobody", vec![1], vec![2]).await;
        assert!(!nobody.expect("an answer"));
    });
}
