//! Test cases for external identities that must hold with either lock alone: an identity that is linked at one company is unknown at another.

use domain::{AccountId, Role};
use store::{Error, RevokedFor, Store};

use crate::company::Company;

const ISSUER: &str = "https://login.example";

async fn link(store: &Store, company: &Company, subject: &str, account: AccountId) -> bool {
    let context = company.maintenance();
    let done = store.link(&context, ISSUER, subject, account);
    done.await.expect("an answer")
}

pub(super) async fn twins_with_the_same_ids_are_linked_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let [ama, ben] = [0, 1].map(|n| acme.rows.accounts[n].id);
    let who = async |company: &Company, subject: &str| {
        let linked = store.linked(company.tenant, ISSUER, subject).await.expect("an answer");
        linked.map(|linked| (linked.link.tenant, linked.link.account_state.account))
    };
    assert!(link(store, &acme, "one", ama).await);
    assert_eq!(who(&betaco, "one").await, None, "the other company has no link");
    assert!(link(store, &betaco, "one", ben).await && link(store, &betaco, "two", ama).await);
    assert!(!link(store, &acme, "one", ben).await, "a linked identity must be unlinked first");
    assert_eq!(who(&acme, "one").await, Some((acme.tenant, ama)));
    assert_eq!(who(&betaco, "one").await, Some((betaco.tenant, ben)));
    assert_eq!(who(&acme, "two").await, None);
    let list = store.external_subjects(&acme.maintenance()).await.expect("a list");
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].subject.as_str(), list[0].account), ("one", ama));
    let unlink = async |company: &Company, subject: &str| {
        let context = company.maintenance();
        let done = store.unlink(&context, ISSUER, subject);
        done.await.expect("an answer")
    };
    assert!(!unlink(&acme, "two").await && unlink(&acme, "one").await);
    assert_eq!(who(&acme, "one").await, None);
    assert_eq!(who(&betaco, "one").await, Some((betaco.tenant, ben)));
}

pub(super) async fn a_link_to_an_account_of_another_tenant_is_refused(store: &Store) {
    let [acme, betaco] = Company::pair(store, 12).await;
    let foreign = betaco.rows.accounts[0].id;
    let refused = store.link(&acme.maintenance(), ISSUER, "one", foreign).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
}

pub(super) async fn a_link_shows_the_state_of_its_account(store: &Store) {
    let [acme, _] = Company::twins(store, 12).await;
    let account = acme.account(Role::HrAdmin).id;
    let linked = async || {
        let linked = store.linked(acme.tenant, ISSUER, "one").await;
        linked.expect("an answer").expect("there")
    };
    assert!(link(store, &acme, "one", account).await);
    let before = linked().await;
    assert!(before.enabled && before.signed_out_at.is_none());
    assert_eq!(before.link.account_state.role, Role::HrAdmin);
    store.revoke_families(acme.tenant, account, RevokedFor::SignedOut).await.expect("an answer");
    assert!(linked().await.signed_out_at.is_some());
    assert!(store.enable_person(&acme.maintenance(), account, false).await.expect("done"));
    assert!(!linked().await.enabled);
}
