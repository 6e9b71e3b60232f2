//! Test cases for onboarding forms that must hold with either lock alone: drafts of devices, adoption, forms of accounts, sealing again.

use domain::{Role, Version};
use store::{Adoption, DraftEdit, Error, SealedOnboarding, Store, WriteRefusal};

use crate::company::Company;

const COOKIE: [u8; 32] = [7; 32];

fn version(number: i64) -> Version {
    Version::try_from(number).expect("a version")
}

async fn content(store: &Store, company: &Company) -> Option<Vec<u8>> {
    let draft = store.draft(company.tenant, COOKIE).await.expect("an answer");
    draft.map(|draft| draft.sealed)
}

async fn begin(store: &Store, company: &Company, sealed: &[u8]) {
    let created = store.create_draft(company.tenant, COOKIE, sealed.to_vec()).await;
    assert_eq!(created.expect("an answer").expect("room").version, version(1));
}

async fn adopt(store: &Store, company: &Company, role: Role, sealed: &[u8]) -> Adoption {
    let (account, sealed) = (company.account(role).id, sealed.to_vec());
    let adopted = store.adopt_draft(company.tenant, COOKIE, account, move |_| Some(sealed));
    adopted.await.expect("an answer")
}

pub(super) async fn twins_keep_drafts_with_the_same_digest_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    begin(store, &acme, b"ours").await;
    assert_eq!(content(store, &betaco).await, None);
    let edit = async |company: &Company, number, sealed: &[u8]| {
        let edit = store.edit_draft(company.tenant, COOKIE, version(number), sealed.to_vec());
        edit.await.expect("an answer")
    };
    assert_eq!(edit(&betaco, 1, b"theirs").await, DraftEdit::Unknown);
    assert_eq!(adopt(store, &betaco, Role::HrAdmin, b"x").await, Adoption::Unknown);
    begin(store, &betaco, b"theirs").await;
    let saved = edit(&acme, 1, b"ours, later").await;
    assert!(matches!(saved, DraftEdit::Saved(saved) if saved.version == version(2)));
    assert_eq!(edit(&acme, 1, b"lost").await, DraftEdit::Stale(version(2)));
    assert_eq!(content(store, &acme).await.as_deref(), Some(&b"ours, later"[..]));
    assert_eq!(content(store, &betaco).await.as_deref(), Some(&b"theirs"[..]));
    store.delete_draft(acme.tenant, COOKIE).await.expect("an answer");
    assert_eq!(content(store, &acme).await, None);
    assert_eq!(content(store, &betaco).await.as_deref(), Some(&b"theirs"[..]));
}

pub(super) async fn twins_adopt_drafts_and_save_forms_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let [ours, theirs] = [acme.as_role(Role::HrAdmin).await, betaco.as_role(Role::HrAdmin).await];
    let has_draft = async |context| {
        store.account(context).await.expect("an answer").expect("an account").has_draft
    };
    for (company, sealed) in [(&acme, b"ours".as_slice()), (&betaco, b"theirs")] {
        begin(store, company, sealed).await;
    }
    assert_eq!(adopt(store, &acme, Role::HrAdmin, b"our draft").await, Adoption::Adopted);
    assert_eq!(adopt(store, &acme, Role::HrAdmin, b"again").await, Adoption::Unknown);
    assert_eq!(content(store, &acme).await, None, "the device has no draft any more");
    assert_eq!(content(store, &betaco).await.as_deref(), Some(&b"theirs"[..]));
    assert!(has_draft(&ours).await && !has_draft(&theirs).await);
    assert_eq!(store.onboarding(&theirs).await.expect("an answer"), None);
    let colleague = acme.as_role(Role::Employee).await;
    assert_eq!(store.onboarding(&colleague).await.expect("an answer"), None);

    // The user has not decided about the first draft, so a second one stays on its device.
    begin(store, &acme, b"second").await;
    assert_eq!(adopt(store, &acme, Role::HrAdmin, b"second").await, Adoption::Undecided);
    assert_eq!(content(store, &acme).await.as_deref(), Some(&b"second"[..]));

    let put = async |context, expected, sealed: &[u8]| {
        store.put_onboarding(context, expected, sealed.to_vec()).await
    };
    assert_eq!(put(&theirs, None, b"their form").await.expect("saved"), Some(version(1)));
    assert_eq!(put(&theirs, None, b"lost").await.expect("an answer"), None);
    assert_eq!(put(&ours, Some(version(1)), b"our form").await.expect("saved"), Some(version(2)));
    let stale = put(&ours, Some(version(1)), b"lost").await;
    let present = WriteRefusal::Stale { version: version(2) };
    assert!(matches!(stale, Err(Error::Refused(refusal)) if refusal == present));
    for (context, sealed) in [(&ours, b"our form".as_slice()), (&theirs, b"their form")] {
        let found = store.onboarding(context).await.expect("an answer").expect("saved");
        assert_eq!((found.sealed.as_deref(), found.draft), (Some(sealed), None));
    }
    assert_eq!(adopt(store, &acme, Role::HrAdmin, b"second").await, Adoption::Adopted);
    let discard =
        async |context, number| store.discard_adopted_draft(context, version(number)).await;
    assert!(matches!(discard(&ours, 2).await, Err(Error::Refused(_))), "a draft not seen yet");
    assert_eq!(discard(&theirs, 1).await.expect("an answer"), Some(version(1)));
    assert_eq!(discard(&ours, 3).await.expect("discarded"), Some(version(4)));
    assert_eq!(discard(&ours, 4).await.expect("an answer"), Some(version(4)));
    assert!(!has_draft(&ours).await);
}

pub(super) async fn twins_seal_onboarding_forms_anew_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.account(Role::HrAdmin).id;
    for company in [&acme, &betaco] {
        begin(store, company, b"adopted").await;
        assert_eq!(adopt(store, company, Role::HrAdmin, b"adopted").await, Adoption::Adopted);
        let context = company.as_role(Role::Employee).await;
        store.put_onboarding(&context, None, b"form".to_vec()).await.expect("saved");
        begin(store, company, b"draft").await;
    }
    let employee = acme.account(Role::Employee).id;
    let places = [
        (SealedOnboarding::Draft(COOKIE), b"draft".as_slice()),
        (SealedOnboarding::Adopted(account), b"adopted"),
        (SealedOnboarding::Form(employee), b"form"),
    ];
    let all = async |company: &Company| {
        let context = company.maintenance();
        let mut found = store.sealed_drafts(&context).await.expect("an answer");
        let (forms, last) = store.sealed_forms(&context, None, 500).await.expect("an answer");
        found.extend(forms);
        let next = store.sealed_forms(&context, last, 500).await.expect("an answer");
        assert_eq!(next, (Vec::new(), None));
        found
    };
    let context = acme.maintenance();
    for (place, old) in places {
        let reseal = async |old: &[u8], new: &[u8]| {
            let resealed = store.reseal_onboarding(&context, place, old.to_vec(), new.to_vec());
            resealed.await.expect("an answer")
        };
        assert!(!reseal(b"changed meanwhile", b"new").await, "{place:?}");
        assert!(reseal(old, b"new").await, "{place:?}");
    }
    let (ours, theirs) = (all(&acme).await, all(&betaco).await);
    assert_eq!((ours.len(), theirs.len()), (3, 3));
    for (place, old) in places {
        assert!(ours.contains(&(place, b"new".to_vec())), "{place:?}");
        assert!(theirs.contains(&(place, old.to_vec())), "{place:?}");
    }
}
