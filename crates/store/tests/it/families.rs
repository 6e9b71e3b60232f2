//! G13: the limit of refresh token families per account, and how long a revoked one is kept.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use domain::{AccountId, OriginId, Role};
use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use store::{Refreshed, RevokedFor, Store};
use uuid::Uuid;

use crate::{
    company::Company,
    stack::with_stack,
    tokens::{Client, refreshed},
};

const MAX_FAMILIES: usize = 20;

fn digest_of(family: OriginId) -> [u8; 32] {
    Sha256::digest(family.as_uuid().as_bytes()).into()
}

/// Begins a family. Returns its id and the ids of those that were revoked to make room.
async fn begin(store: &Store, client: &Client, account: AccountId) -> (OriginId, Vec<OriginId>) {
    let id = OriginId::from_uuid(Uuid::now_v7());
    let mut new = client.family(id, account, digest_of(id));
    // All come from one sign-in, because the limit must use the time of a family's last use and not that of the sign-in.
    new.authenticated_at = Utc::now() - TimeDelta::hours(1);
    let revoked = store.start_family(client.tenant, new).await.expect("an answer");
    (id, revoked.expect("the account may sign in"))
}

/// Of these families, those whose token is still valid.
async fn live(store: &Store, client: &Client, families: &[OriginId]) -> Vec<OriginId> {
    let mut live = Vec::new();
    for family in families {
        let found = store.family_of(client.tenant, digest_of(*family), client.id.clone()).await;
        live.extend(found.expect("an answer"));
    }
    live
}

/// G13: the 21st family of an account with one application revokes the least recently used one. Other accounts, applications and companies keep theirs.
#[test]
fn the_least_recently_used_family_is_revoked() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, 12).await;
        let [ours, other, theirs] = [
            Client::of(&store, &acme).await,
            Client::of(&store, &acme).await,
            Client::of(&store, &betaco).await,
        ];
        let [account, colleague] = [acme.account(Role::HrAdmin).id, acme.account(Role::Auditor).id];
        let mut kept = Vec::new();
        for (client, account) in [(&other, account), (&ours, colleague), (&theirs, account)] {
            kept.push((client, begin(&store, client, account).await.0));
        }
        let mut families = Vec::new();
        for _ in 0..MAX_FAMILIES {
            let (family, revoked) = begin(&store, &ours, account).await;
            assert_eq!(revoked, []);
            families.push(family);
        }
        // The first is used again, so the second is now the least recently used one.
        let used = refreshed(&store, &ours, digest_of(families[0])).await;
        assert!(matches!(used, Refreshed::Good(_)));
        let (newest, revoked) = begin(&store, &ours, account).await;
        assert_eq!(revoked, [families[1]]);
        let refused = refreshed(&store, &ours, digest_of(families[1])).await;
        assert_eq!(refused, Refreshed::Refused);
        families.remove(1);
        families.push(newest);
        assert_eq!(live(&store, &ours, &families).await, families);
        for (client, family) in kept {
            assert_eq!(live(&store, client, &[family]).await, [family]);
        }
    });
}

/// G13: families that begin concurrently are counted one after the other, so the limit holds.
#[test]
fn concurrent_families_do_not_exceed_the_limit() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let client = Client::of(&store, &acme).await;
        let account = acme.rows.accounts[0].id;
        let begun = join_all((0..2 * MAX_FAMILIES).map(|_| begin(&store, &client, account))).await;
        let families: Vec<OriginId> = begun.iter().map(|(family, _)| *family).collect();
        let revoked = begun.iter().map(|(_, revoked)| revoked.len()).sum::<usize>();
        assert_eq!(
            (live(&store, &client, &families).await.len(), revoked),
            (MAX_FAMILIES, MAX_FAMILIES)
        );
    });
}

/// G13: a revoked family is deleted after an hour, long before its expiry; an active one stays.
#[test]
fn revoked_families_are_deleted_after_an_hour() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let client = Client::of(&store, &acme).await;
        let account = acme.rows.accounts[0].id;
        let ((old, _), (recent, _), (live_one, _)) = (
            begin(&store, &client, account).await,
            begin(&store, &client, account).await,
            begin(&store, &client, account).await,
        );
        for family in [old, recent] {
            let revoked = store.revoke_family(acme.tenant, family, RevokedFor::Asked).await;
            revoked.expect("an answer");
        }
        let backdate = format!(
            "update refresh_family set revoked_at = now() - interval '61 minutes' where id = '{old}'"
        );
        stack.superuser("watertight").await.run(&backdate).await;
        assert_eq!(store.sweep_families(acme.tenant).await.expect("an answer"), 1);
        assert_eq!(store.sweep_families(acme.tenant).await.expect("an answer"), 0);
        assert_eq!(live(&store, &client, &[live_one]).await, [live_one]);
    });
}

/// S4: signing out a company revokes each of its families and returns each of its accounts. A company whose rows have the same ids keeps its families.
#[test]
fn signing_out_a_company_ends_its_own_families() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, 12).await;
        let [ours, theirs] = [Client::of(&store, &acme).await, Client::of(&store, &betaco).await];
        let mut families = Vec::new();
        for role in [Role::HrAdmin, Role::Auditor] {
            let account = acme.account(role).id;
            families.push(begin(&store, &ours, account).await.0);
        }
        let kept = begin(&store, &theirs, betaco.account(Role::HrAdmin).id).await.0;
        let signed_out = store.sign_out_company(&acme.maintenance()).await.expect("an answer");
        let signed_out: BTreeSet<_> = signed_out.into_iter().collect();
        assert_eq!(signed_out, acme.rows.accounts.iter().map(|account| account.id).collect());
        assert_eq!(live(&store, &ours, &families).await, []);
        assert_eq!(live(&store, &theirs, &[kept]).await, [kept]);
    });
}
