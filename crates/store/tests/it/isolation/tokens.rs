//! Test cases for the identity provider that must hold with either lock alone: families, codes, users, mails.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccessScope, AccountId, Email, OriginId, Role};
use store::{
    NewCode, NewRememberedDevice, PasswordReplacement, Redeemed, Refreshed, Remembered, Reset,
    ResetMail, RevokedFor, SpentTicket, Store,
};
use uuid::Uuid;

use crate::{
    company::Company,
    tokens::{Client, refreshed},
};

pub(super) async fn twins_with_the_same_ids_refresh_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let [ours, theirs] = [Client::of(store, &acme).await, Client::of(store, &betaco).await];
    let (id, token) = (OriginId::from_uuid(Uuid::now_v7()), [7; 32]);
    let account = acme.account(Role::HrAdmin).id;
    assert_eq!(account, betaco.account(Role::HrAdmin).id, "twins share ids");
    for (client, scopes) in [
        (&ours, vec![AccessScope::ReadEmployees]),
        (&theirs, vec![AccessScope::OpenId, AccessScope::Email]),
    ] {
        let mut family = client.family(id, account, token);
        family.scopes = scopes;
        assert!(store.start_family(client.tenant, family).await.expect("an answer").is_some());
    }
    let Refreshed::Good(grant) = refreshed(store, &ours, token).await else { panic!("good") };
    assert_eq!(grant.successor.map(|(generation, _)| generation), Some(1));
    assert_eq!(grant.scopes, [AccessScope::ReadEmployees]);
    // Another company's client does not find the token, and another company's family has not changed.
    let client = ours.id.clone();
    let foreign = store.family_of(betaco.tenant, token, client).await.expect("an answer");
    assert_eq!(foreign, None);
    for (client, owner) in [(&ours, Some(account)), (&theirs, None)] {
        let found = store.owner_of(client.tenant, token, ours.id.clone()).await;
        assert_eq!(found.expect("an answer"), owner);
    }
    store.revoke_families(acme.tenant, account, RevokedFor::SignedOut).await.expect("an answer");
    store.revoke_family(acme.tenant, id, RevokedFor::Asked).await.expect("an answer");
    assert_eq!(refreshed(store, &ours, token).await, Refreshed::Refused);
    let Refreshed::Good(grant) = refreshed(store, &theirs, token).await else { panic!("good") };
    assert_eq!(grant.successor.map(|(generation, _)| generation), Some(1));
    assert_eq!(grant.scopes, [AccessScope::OpenId, AccessScope::Email]);
}

pub(super) async fn expired_families_are_swept_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let id = OriginId::from_uuid(Uuid::now_v7());
    for company in [&acme, &betaco] {
        let client = Client::of(store, company).await;
        let mut family = client.family(id, company.rows.accounts[0].id, [3; 32]);
        family.authenticated_at = Utc::now() - TimeDelta::hours(2);
        family.expires_at = Utc::now() - TimeDelta::hours(1);
        assert!(store.start_family(company.tenant, family).await.expect("an answer").is_some());
    }
    assert_eq!(store.sweep_families(acme.tenant).await.expect("an answer"), 1);
    assert_eq!(store.sweep_families(acme.tenant).await.expect("an answer"), 0);
    assert_eq!(store.sweep_families(betaco.tenant).await.expect("an answer"), 1);
}

pub(super) async fn twins_with_the_same_code_spend_it_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let [ours, theirs] = [Client::of(store, &acme).await, Client::of(store, &betaco).await];
    let code = [9; 32];
    for client in [&ours, &theirs] {
        let new = client.code(code, acme.rows.accounts[0].id);
        store.create_code(client.tenant, new).await.expect("it is kept");
    }
    let [first, second, third] = [(); 3].map(|()| OriginId::from_uuid(Uuid::now_v7()));
    let show = async |client: &Client, family| {
        store.spend_code(client.tenant, code, family).await.expect("an answer")
    };
    let Redeemed::Good(spent) = show(&ours, first).await else { panic!("good") };
    assert_eq!(spent.client, ours.id);
    assert_eq!(show(&ours, second).await, Redeemed::Again(first));
    let Redeemed::Good(spent) = show(&theirs, third).await else { panic!("good") };
    assert_eq!(spent.client, theirs.id);
    // A family does not begin after its code was used twice; another company's family with the same id does.
    let begin = async |client: &Client, family, token| {
        let family = client.family(family, acme.rows.accounts[0].id, token);
        store.start_family(client.tenant, family).await.expect("an answer").is_some()
    };
    assert!(!begin(&ours, first, [4; 32]).await);
    assert!(begin(&theirs, first, [4; 32]).await && begin(&ours, third, [5; 32]).await);
    assert_eq!(refreshed(store, &ours, [4; 32]).await, Refreshed::Refused);
    assert_eq!(show(&theirs, second).await, Redeemed::Again(third));
    assert!(matches!(refreshed(store, &ours, [5; 32]).await, Refreshed::Good(_)));
}

pub(super) async fn twins_sign_out_of_one_sign_in_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let [ours, theirs] = [Client::of(store, &acme).await, Client::of(store, &betaco).await];
    let account = acme.rows.accounts[0].id;
    let now = DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).expect("a time");
    let before = now - TimeDelta::milliseconds(1);
    let [one, other, earlier] = [(); 3].map(|()| OriginId::from_uuid(Uuid::now_v7()));
    for client in [&ours, &theirs] {
        for (id, at, token) in [(one, now, 1), (other, now, 2), (earlier, before, 3)] {
            let mut family = client.family(id, account, [token; 32]);
            family.authenticated_at = at;
            assert!(store.start_family(client.tenant, family).await.expect("an answer").is_some());
        }
    }
    // Codes of the same sign-in: one that is being exchanged, and one that has not been used.
    let underway = OriginId::from_uuid(Uuid::now_v7());
    for client in [&ours, &theirs] {
        for digest in [[6; 32], [7; 32]] {
            let mut code = client.code(digest, account);
            code.grant.authenticated_at = now;
            store.create_code(client.tenant, code).await.expect("it is kept");
        }
        let spent = store.spend_code(client.tenant, [6; 32], underway).await.expect("an answer");
        assert!(matches!(spent, Redeemed::Good(_)));
    }
    let mut ended = store.revoke_sign_in(acme.tenant, account, now).await.expect("an answer");
    ended.sort_by_key(domain::OriginId::as_uuid);
    assert_eq!(ended, [one, other, underway]);
    for (client, good) in [(&ours, false), (&theirs, true)] {
        let family = client.family(underway, account, [8; 32]);
        assert_eq!(
            store.start_family(client.tenant, family).await.expect("an answer").is_some(),
            good
        );
        let id = OriginId::from_uuid(Uuid::now_v7());
        let spent = store.spend_code(client.tenant, [7; 32], id).await.expect("an answer");
        assert_eq!(matches!(spent, Redeemed::Good(_)), good);
    }
    for (client, token, good) in
        [(&ours, 1, false), (&ours, 2, false), (&ours, 3, true), (&theirs, 1, true)]
    {
        let refreshed = refreshed(store, client, [token; 32]).await;
        assert_eq!(matches!(refreshed, Refreshed::Good(_)), good, "{token}");
    }
    assert!(store.revoke_sign_in(acme.tenant, account, now).await.expect("an answer").is_empty());
}

pub(super) async fn twins_with_the_same_ids_are_people_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.rows.accounts[0].id;
    let email: Email = "both@people.example".parse().expect("an address");
    let person = async |company: &Company| {
        store.person(company.tenant, account).await.expect("an answer").expect("there")
    };
    let [a, b] = [person(&acme).await, person(&betaco).await];
    assert_ne!(a.name, b.name, "different users with the same id");
    for company in [&acme, &betaco] {
        let by_email = store.person_by_email(company.tenant, &email).await.expect("an answer");
        assert_eq!(by_email.expect("there").account, account);
        let people = store.list_people(&company.maintenance(), None, 60).await.expect("a list");
        assert_eq!(people.len(), company.rows.accounts.len());
        let behind = store
            .list_people(&company.maintenance(), Some(people[0].account), 1)
            .await
            .expect("a list");
        assert_eq!(behind, [people[1].clone()]);
    }
    let hash = "$argon2id$another".to_owned();
    let verifier = Some(vec![1, 2, 3]);
    assert!(store.set_password(acme.tenant, account, hash, verifier, true).await.expect("done"));
    assert!(store.enable_person(&acme.maintenance(), account, false).await.expect("done"));
    let changed = person(&acme).await;
    assert!(changed.must_change_password && !changed.enabled);
    assert_eq!(person(&betaco).await, b);
    let verifier = async |company: &Company| {
        store.srp_verifier(company.tenant, account).await.expect("an answer")
    };
    assert_eq!((verifier(&acme).await, verifier(&betaco).await), (Some(vec![1, 2, 3]), None));
    // After SRP is turned off, no verifier is left that passwords could be guessed against.
    assert_eq!(store.forget_srp_verifiers(betaco.tenant).await.expect("done"), 0);
    assert!(verifier(&acme).await.is_some());
    assert_eq!(store.forget_srp_verifiers(acme.tenant).await.expect("done"), 1);
    assert!(verifier(&acme).await.is_none());
}

pub(super) async fn only_own_mails_and_reset_codes_are_found(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.rows.accounts[0].id;
    for (company, digest) in [(&acme, [1; 32]), (&betaco, [2; 32])] {
        let soon = Utc::now() + TimeDelta::minutes(5);
        store.put_reset_code(company.tenant, account, digest, soon).await.expect("it is kept");
        let text = company.canary.clone();
        store.write_mail(company.tenant, account, "Code".to_owned(), text).await.expect("written");
    }
    for company in [&acme, &betaco] {
        let outbox = store.outbox(company.tenant).await.expect("a list");
        assert_eq!(outbox.iter().map(|mail| &mail.body).collect::<Vec<_>>(), [&company.canary]);
    }
    let guess = async |company: &Company, digest| {
        store.check_reset_code(company.tenant, account, digest).await.expect("an answer")
    };
    let spend = async |company: &Company, digest: [u8; 32], replaces: String| {
        let hash = format!("{replaces}.");
        let new = PasswordReplacement { hash, verifier: None, replaces, by_code: Some(digest) };
        store.replace_password(company.tenant, account, new).await.expect("an answer")
    };
    let hash = async |company: &Company| {
        let found = store.find_credential_of(company.tenant, account).await.expect("an answer");
        found.expect("there").password_hash
    };
    assert_eq!(guess(&acme, [2; 32]).await, Reset::Wrong);
    for again in ["once", "again, because no password was set yet"] {
        assert_eq!(guess(&acme, [1; 32]).await, Reset::Right, "{again}");
    }
    let ours = hash(&acme).await;
    assert!(!spend(&acme, [2; 32], ours.clone()).await, "the code of another company");
    assert!(spend(&acme, [1; 32], ours.clone()).await);
    assert!(!spend(&acme, [1; 32], format!("{ours}.")).await, "a code can be used once");
    assert_eq!(guess(&acme, [1; 32]).await, Reset::Wrong);
    assert_eq!(guess(&betaco, [2; 32]).await, Reset::Right);
}

pub(super) async fn a_password_is_replaced_and_a_code_mailed_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.account(Role::HrAdmin).id;
    let hash = async |company: &Company| {
        let found = store.find_credential_of(company.tenant, account).await.expect("an answer");
        found.expect("there").password_hash
    };
    let replace = async |company: &Company, replaces: &str, hash: &str| {
        let new = PasswordReplacement {
            hash: hash.to_owned(),
            verifier: None,
            replaces: replaces.to_owned(),
            by_code: None,
        };
        store.replace_password(company.tenant, account, new).await.expect("an answer")
    };
    let [first, theirs] = [hash(&acme).await, hash(&betaco).await];
    assert!(replace(&acme, &first, "$argon2id$ours").await);
    assert_eq!([hash(&acme).await, hash(&betaco).await], ["$argon2id$ours".to_owned(), theirs]);
    // A password that has changed meanwhile is not replaced, even if the hash is that of the other company.
    assert!(!replace(&acme, &first, "$argon2id$late").await);
    assert!(!replace(&betaco, "$argon2id$ours", "$argon2id$theirs").await);
    let mail = async |company: &Company, account, digest| {
        let new = ResetMail {
            digest,
            expires_at: Utc::now() + TimeDelta::minutes(5),
            subject: "Code".to_owned(),
            body: company.canary.clone(),
        };
        store.mail_reset_code(company.tenant, account, new).await.expect("an answer")
    };
    let code = async |company: &Company, digest| {
        store.check_reset_code(company.tenant, account, digest).await.expect("an answer")
    };
    assert!(mail(&acme, account, [3; 32]).await && mail(&betaco, account, [4; 32]).await);
    assert!(mail(&acme, account, [5; 32]).await);
    assert!(!mail(&acme, AccountId::from_uuid(Uuid::new_v4()), [6; 32]).await, "unknown account");
    for (digest, ours, theirs) in [
        ([3; 32], Reset::Right, Reset::Wrong),
        ([4; 32], Reset::Wrong, Reset::Right),
        ([5; 32], Reset::Right, Reset::Wrong),
        ([6; 32], Reset::Wrong, Reset::Wrong),
    ] {
        assert_eq!([code(&acme, digest).await, code(&betaco, digest).await], [ours, theirs]);
    }
    assert_eq!(store.outbox(acme.tenant).await.expect("a list").len(), 2);
}

pub(super) async fn twins_with_the_same_ids_are_sealed_anew_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.rows.accounts[0].id;
    let hash = || "$argon2id$another".to_owned();
    for company in [&acme, &betaco] {
        let done = store.set_password(company.tenant, account, hash(), Some(vec![1]), false);
        assert!(done.await.expect("done"));
    }
    let list = async |company: &Company, after| {
        store.srp_verifiers(&company.maintenance(), after, 60).await.expect("a list")
    };
    assert_eq!(list(&acme, None).await, [(account, vec![1])]);
    assert_eq!(list(&acme, Some(account)).await, []);
    let reseal = async |old, new| {
        let context = acme.maintenance();
        let done = store.reseal_srp_verifier(&context, account, vec![old], vec![new]);
        done.await.expect("an answer")
    };
    assert!(!reseal(7, 2).await, "the verifier has changed");
    assert!(reseal(1, 2).await);
    assert!(!reseal(1, 3).await);
    assert_eq!(list(&acme, None).await, [(account, vec![2])]);
    assert_eq!(list(&betaco, None).await, [(account, vec![1])]);
}

pub(super) async fn a_challenge_is_answered_once_at_each_tenant(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let answer = async |company: &Company, id: Uuid| {
        let kept = std::time::Duration::from_mins(10);
        store.answer_once(company.tenant, id, kept).await.expect("an answer")
    };
    assert!(answer(&acme, one).await && answer(&betaco, one).await && answer(&acme, other).await);
    for company in [&acme, &betaco] {
        assert!(!answer(company, one).await, "it was answered before");
    }
    // An answered challenge is forgotten once it has expired.
    let over = std::time::Duration::ZERO;
    assert!(store.answer_once(acme.tenant, Uuid::nil(), over).await.expect("an answer"));
    assert!(store.answer_once(acme.tenant, Uuid::nil(), over).await.expect("an answer"));
}

pub(super) async fn a_ticket_gives_one_code_at_each_tenant(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let account = acme.rows.accounts[0].id;
    let ticket = SpentTicket { id: Uuid::new_v4(), remembered: std::time::Duration::from_mins(10) };
    for company in [&acme, &betaco] {
        let client = Client::of(store, company).await;
        let create = async |digest: u8| {
            let code = NewCode { ticket: Some(ticket), ..client.code([digest; 32], account) };
            let created = store.create_code(company.tenant, code).await.expect("an answer");
            (digest, created)
        };
        let created = futures_util::future::join_all((1..9).map(create)).await;
        let given = created.iter().filter(|(_, created)| *created).count();
        assert_eq!(given, 1, "{created:?}");
        for (digest, created) in created {
            let family = OriginId::from_uuid(Uuid::now_v7());
            let spent = store.spend_code(company.tenant, [digest; 32], family).await;
            let good = matches!(spent.expect("an answer"), Redeemed::Good(_));
            assert_eq!(good, created, "no code is stored for a spent ticket");
        }
    }
}

/// C3, I4: a device of one tenant is not a device of another, although both have the same id and the same account id.
pub(super) async fn twins_remember_a_device_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, 12).await;
    let (id, account) = (Uuid::new_v4(), acme.account(Role::HrAdmin).id);
    let remember = async |company: &Company, digest, session: &str| {
        let new = NewRememberedDevice {
            id,
            account,
            digest,
            session: session.to_owned(),
            authenticated_at: Utc::now(),
            expires_at: Utc::now() + TimeDelta::days(30),
        };
        assert!(store.remember_device(company.tenant, new).await.expect("an answer"));
    };
    let show = async |company: &Company, digest, next| {
        store.use_remembered_device(company.tenant, id, digest, next).await.expect("an answer")
    };
    remember(&acme, [1; 32], "same").await;
    assert_eq!(show(&betaco, [1; 32], [9; 32]).await, Remembered::Unknown);
    let listed = async |company: &Company| {
        let context = company.as_role(Role::Employee).await;
        store.remembered_devices(&context, account).await.expect("a list").len()
    };
    assert_eq!((listed(&acme).await, listed(&betaco).await), (1, 0));
    remember(&betaco, [2; 32], "same").await;
    assert!(matches!(show(&acme, [1; 32], [3; 32]).await, Remembered::Good { replaced: true, .. }));
    assert!(matches!(show(&betaco, [2; 32], [4; 32]).await, Remembered::Good { .. }));
    // Forgetting, moving and revoking concern one company's device only.
    let before = "same".to_owned();
    store.move_device(betaco.tenant, before.clone(), "moved".to_owned()).await.expect("an answer");
    store.forget_device_of_session(betaco.tenant, before).await.expect("an answer");
    assert!(matches!(show(&betaco, [4; 32], [5; 32]).await, Remembered::Good { .. }));
    let others = store.forget_other_devices(betaco.tenant, account, "none".to_owned());
    others.await.expect("an answer");
    assert_eq!(show(&betaco, [5; 32], [6; 32]).await, Remembered::Unknown);
    assert!(matches!(show(&acme, [3; 32], [7; 32]).await, Remembered::Good { .. }));
    store.revoke_families(betaco.tenant, account, RevokedFor::SignedOut).await.expect("an answer");
    // An older secret: the devices of the account are forgotten.
    assert_eq!(show(&acme, [1; 32], [8; 32]).await, Remembered::Copied(account));
    assert_eq!(show(&acme, [7; 32], [8; 32]).await, Remembered::Unknown);
}
