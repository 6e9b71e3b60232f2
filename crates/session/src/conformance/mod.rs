//! The checks that every session store must pass, and the races that no store may lose (row S5). A check panics if the store fails it.

#![expect(clippy::expect_used, reason = "a check that cannot continue panics with the reason")]

mod items;
mod lists;
mod local_server;
mod one_session;
mod races;
mod role_changes;
mod role_races;
mod stores;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, Role, SessionPolicy, TenantId};
use futures_util::{StreamExt, stream};
use lab::Faults;
use uuid::Uuid;

pub use items::a_changed_item_is_not_overwritten;
pub use local_server::LocalServer;
pub use one_session::OneSession;
pub use stores::{in_redis, in_store, no_redis};

use crate::{
    batch::ReadBatch,
    device::Device,
    error::Error,
    id::{RecordKey, SessionId},
    record::{FIELD_NAMES, Fields, Owner},
    redis_link::RedisLink,
    revocation::{Revocation, Subject},
    sessions::{RECORD_TTL, Session, Sessions, SignedIn, Started},
};

/// The number of times that each race is run, unless a store is too slow for that.
pub const ROUNDS: usize = 1_000;
/// The number of rounds that run at the same time: few, so that other tests of the same binary still get answers.
const AT_ONCE: usize = 4;
/// The time to live of a record that a check writes itself.
const TTL: Duration = Duration::from_mins(1);

/// Few sessions of an account, so that the limit is reached quickly.
pub(crate) const LIMIT: u16 = 3;
/// The session policy of all tenants here, except where a check names another.
const POLICY: SessionPolicy = SessionPolicy::Standard;

/// Runs every check on one store. It may hold the records of other tenants. `link` leads to the session Redis, or is [`no_redis`].
///
/// # Panics
/// If the store fails a check or does not answer.
pub async fn check(sessions: &Sessions, link: &RedisLink) {
    let store = Store { sessions, link };
    store.a_session_lives_until_it_ends().await;
    store.an_id_of_another_tenant_finds_nothing().await;
    store.an_unreadable_record_is_not_a_session().await;
    store.an_expired_record_is_not_a_session().await;
    store.a_record_expires_when_it_is_not_used().await;
    store.an_account_ends_alone().await;
    store.the_oldest_session_ends_when_there_are_too_many().await;
    store.a_revocation_ends_a_sign_in_that_is_under_way().await;
    store.an_account_lists_its_own_sessions().await;
    store.a_replaced_session_is_the_same_sign_in().await;
    store.a_stricter_policy_is_in_force_at_once().await;
    store.a_record_shows_no_personal_data().await;
    store.a_change_of_role_marks_the_sessions_of_its_account().await;
    store.the_latest_change_of_role_counts().await;
    store.a_marked_session_continues_under_a_new_id().await;
    store.a_repeated_change_of_role_marks_nothing().await;
    store.the_note_of_a_replaced_id_ends_an_old_copy_only().await;
    store.a_replaced_id_has_no_life_of_its_own().await;
    store.a_continued_session_ends_under_both_ids().await;
    store.a_new_id_keeps_the_mark().await;
    store.a_record_that_leads_to_a_stranger_is_not_a_session().await;
    store.a_replaced_id_ends_after_ten_seconds().await;
}

/// Runs every race on one store, [`ROUNDS`] times each.
///
/// # Panics
/// As [`race_rounds`].
pub async fn race(sessions: &Sessions, link: &RedisLink) {
    race_rounds(sessions, link, ROUNDS).await;
}

/// Runs every race on one store, this number of times each.
///
/// # Panics
/// If one of the rounds ends in a state that no order of its operations allows, or the store does not answer.
pub async fn race_rounds(sessions: &Sessions, link: &RedisLink, count: usize) {
    let store = &Store { sessions, link };
    rounds(count, || store.renewing_against_ending()).await;
    rounds(count, || store.signing_in_against_ending_all()).await;
    rounds(count, || store.two_renewals()).await;
    rounds(count, || store.sign_ins_against_the_limit()).await;
    rounds(count, || store.replacing_against_ending()).await;
    rounds(count, || store.two_replacements()).await;
    rounds(count, || store.listing_against_a_sign_in()).await;
    rounds(count, || store.listing_against_ending()).await;
    rounds(count, || store.marking_against_renewing()).await;
    rounds(count, || store.two_renewals_of_a_marked_session()).await;
    rounds(count, || store.renewing_against_a_sign_out_with_the_old_id()).await;
    rounds(count, || store.renewing_against_ending_all()).await;
    rounds(count, || store.marking_against_a_sign_in()).await;
    rounds(count, || store.marking_against_replacing()).await;
    rounds(count, || store.renewing_against_replacing()).await;
    rounds(count, || store.renewing_against_extending()).await;
}

async fn rounds<F: Future<Output = ()>>(count: usize, round: impl Fn() -> F) {
    stream::iter(0..count).for_each_concurrent(AT_ONCE, |_| round()).await;
}

/// The store that is checked.
struct Store<'a> {
    sessions: &'a Sessions,
    link: &'a RedisLink,
}

impl Store<'_> {
    async fn start(&self, who: &SignedIn, at: DateTime<Utc>) -> Started {
        self.sessions.start(who.clone(), at).await.expect("the session starts")
    }

    /// Starts three sessions of the account: at this time, a second before it and a second after it. Then, at this time, one of another account, and one of the
    /// same account id at another tenant.
    async fn start_around(&self, who: &SignedIn, at: DateTime<Utc>) -> [(SignedIn, SessionId); 5] {
        let colleague = SignedIn { account: someone().account, ..who.clone() };
        let namesake = SignedIn { tenant: someone().tenant, ..who.clone() };
        let second = TimeDelta::seconds(1);
        let start = async |who: &SignedIn, at| (who.clone(), self.start(who, at).await.id);
        [
            start(who, at).await,
            start(who, at - second).await,
            start(who, at + second).await,
            start(&colleague, at).await,
            start(&namesake, at).await,
        ]
    }

    /// Looks the session up in both ways that the product uses, which must agree.
    async fn find(&self, tenant: TenantId, id: &SessionId, now: DateTime<Utc>) -> Option<Session> {
        self.find_under(tenant, id, POLICY, now).await
    }

    async fn find_under(
        &self,
        tenant: TenantId,
        id: &SessionId,
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Option<Session> {
        let mut batch = ReadBatch::over(self.link, tenant);
        let pending = self.sessions.ask(&mut batch, tenant, id).expect("the store is asked");
        let mut replies = batch.send().await.expect("redis answers");
        let asked = self.sessions.read(pending, &mut replies, policy, now).await;
        let asked = asked.expect("a result");
        let loaded = self.sessions.load(tenant, id, policy, now).await.expect("a result");
        assert_eq!(asked.is_some(), loaded.is_some(), "in a batch and alone");
        loaded
    }

    async fn is_alive(&self, tenant: TenantId, id: &SessionId) -> bool {
        self.find(tenant, id, Utc::now()).await.is_some()
    }

    async fn end(&self, tenant: TenantId, id: &SessionId) {
        let subject = Subject::Session(self.sessions.digest(tenant, id));
        self.revoke(Revocation { tenant, subject, revoked_at: Utc::now() }).await;
    }

    async fn end_all(&self, who: &SignedIn, until: DateTime<Utc>) {
        let (tenant, subject) = (who.tenant, Subject::Account(who.account));
        self.revoke(Revocation { tenant, subject, revoked_at: until }).await;
    }

    async fn revoke(&self, revocation: Revocation) {
        self.sessions.revoke(&revocation).await.expect("the revocation is carried out");
    }

    /// Writes a record as it is, also if no node could have written it.
    async fn write(&self, key: &RecordKey, owner: Owner, fields: Fields) {
        let written = self.sessions.backend.create(key, owner, fields, TTL, u16::MAX, None).await;
        written.expect("the record is written");
    }

    /// S4: a session is found until it ends, and ending it again is no error.
    async fn a_session_lives_until_it_ends(&self) {
        let who = someone();
        let started = self.start(&who, Utc::now()).await;
        let found = self.find(who.tenant, &started.id, Utc::now()).await.expect("it is found");
        assert_eq!(found.account(), who.account);
        // A store keeps milliseconds.
        let [kept, said] = [found, started.session].map(|one| one.expires_at().timestamp_millis());
        assert_eq!(kept, said, "the absolute expiry");
        for _ in 0..2 {
            self.end(who.tenant, &started.id).await;
            assert!(!self.is_alive(who.tenant, &started.id).await, "an ended session");
        }
        let unknown = SessionId::random().expect("random bytes");
        assert!(!self.is_alive(who.tenant, &unknown).await, "an unknown session");
        self.end(who.tenant, &unknown).await;
    }

    /// The lock SessionKey, G14: an id finds nothing at another tenant, also if its record was copied there.
    async fn an_id_of_another_tenant_finds_nothing(&self) {
        let (who, foreign) = (someone(), someone());
        let id = self.start(&who, Utc::now()).await.id;
        assert!(!self.is_alive(foreign.tenant, &id).await, "another tenant");
        let fields = self.fields(who.tenant, &key(who.tenant, &id)).await;
        self.write(&key(foreign.tenant, &id), owner(&foreign), fields).await;
        assert!(!self.is_alive(foreign.tenant, &id).await, "a copied record");
        self.end(foreign.tenant, &id).await;
        assert!(self.is_alive(who.tenant, &id).await, "the session at its own tenant");
    }

    /// S7: a record that is empty, damaged, of another version or without a valid MAC is not a session, and not an error.
    async fn an_unreadable_record_is_not_a_session(&self) {
        let who = someone();
        let id = self.start(&who, Utc::now()).await.id;
        let key = key(who.tenant, &id);
        let good = self.fields(who.tenant, &key).await;
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let [mut older, mut damaged, mut longer] = [good.clone(), good.clone(), good.clone()];
        older[0] = text("4");
        damaged[4] = Some(b"\xff\x00".to_vec());
        longer[FIELD_NAMES.len() - 1] = text(&"A".repeat(2_000));
        // Redis holds no hash without a field.
        let mut empty = Fields::default();
        empty[0].clone_from(&good[0]);
        for fields in [empty, FIELD_NAMES.map(text), older, damaged, longer] {
            self.write(&key, owner(&who), fields.clone()).await;
            assert!(!self.is_alive(who.tenant, &id).await, "{fields:?}");
        }
        self.write(&key, owner(&who), good).await;
        assert!(self.is_alive(who.tenant, &id).await, "the control: as it was written");
    }

    /// S3, S6: a session is valid until its absolute expiry and not in that moment, although the store still holds its record.
    async fn an_expired_record_is_not_a_session(&self) {
        let who = someone();
        let Started { id, session, .. } = self.start(&who, Utc::now()).await;
        let last = session.expires_at() - TimeDelta::milliseconds(1);
        assert!(self.find(who.tenant, &id, last).await.is_some(), "the last millisecond");
        assert!(self.find(who.tenant, &id, session.expires_at()).await.is_none(), "the expiry");
    }

    /// S3, S6: a record whose idle time is over is not a session, whether the store has deleted it or not.
    async fn a_record_expires_when_it_is_not_used(&self) {
        let who = someone();
        let id = self.start(&who, Utc::now()).await.id;
        let (key, short) = (key(who.tenant, &id), Duration::from_secs(1));
        let fields = self.fields(who.tenant, &key).await;
        let backend = &self.sessions.backend;
        let written = backend.create(&key, owner(&who), fields, short, u16::MAX, None).await;
        written.expect("the record is written");
        tokio::time::sleep(short + Duration::from_millis(1_100)).await;
        assert!(!self.is_alive(who.tenant, &id).await);
        backend.extend(&key, owner(&who), TTL).await.expect("the store answers");
        assert!(!self.is_alive(who.tenant, &id).await, "extended after its expiry");
    }

    /// S4: every session of an account until the revocation ends. Later ones, and those of other accounts and tenants, stay.
    async fn an_account_ends_alone(&self) {
        let (who, begun) = (someone(), Utc::now());
        let sessions = self.start_around(&who, begun).await;
        self.end_all(&who, begun).await;
        let mut alive = Vec::new();
        for (who, id) in &sessions {
            alive.push(self.is_alive(who.tenant, id).await);
        }
        assert_eq!(alive, [false, false, true, true, true]);
    }

    /// G13: one session more than the limit ends the one that began first.
    async fn the_oldest_session_ends_when_there_are_too_many(&self) {
        let (who, now) = (someone(), Utc::now());
        let mut ids = Vec::new();
        // The second of them began before the first.
        for second in [1, 0, 2] {
            let started = self.start(&who, now + TimeDelta::seconds(second)).await;
            assert!(started.ended.is_empty());
            ids.push(started.id);
        }
        let last = self.start(&who, now + TimeDelta::seconds(3)).await;
        assert_eq!(last.ended, [key(who.tenant, &ids[1]).to_digest()]);
        for (id, alive) in [(&ids[0], true), (&ids[1], false), (&ids[2], true), (&last.id, true)] {
            assert_eq!(self.is_alive(who.tenant, id).await, alive);
        }
    }

    /// S2, S4: a sign-in that began before "sign out everywhere" and is stored after it starts no session.
    async fn a_revocation_ends_a_sign_in_that_is_under_way(&self) {
        let (who, now) = (someone(), Utc::now());
        // The second one is older, and does not take the first one back.
        self.end_all(&who, now).await;
        self.end_all(&who, now - TimeDelta::minutes(1)).await;
        let late = self.sessions.start(who.clone(), now - TimeDelta::seconds(1)).await;
        assert!(matches!(late, Err(Error::Revoked)), "{late:?}");
        let next = self.start(&who, now + TimeDelta::seconds(1)).await.id;
        assert!(self.is_alive(who.tenant, &next).await, "the next sign-in");
    }

    /// S3: the limits of a stricter policy hold at the next lookup, for sessions that began before too. They end no session that is used.
    async fn a_stricter_policy_is_in_force_at_once(&self) {
        let (who, now) = (someone(), Utc::now());
        let (used, unused) = (self.start(&who, now).await.id, self.start(&who, now).await.id);
        let backend = &self.sessions.backend;
        let idle = RECORD_TTL.saturating_sub(SessionPolicy::Strict.idle());
        let unused_key = key(who.tenant, &unused);
        backend.extend(&unused_key, owner(&who), idle).await.expect("the store answers");
        for (id, alive) in [(&used, true), (&unused, false)] {
            let strict = SessionPolicy::Strict;
            let found = self.find_under(who.tenant, id, strict, Utc::now()).await;
            assert_eq!(found.is_some(), alive, "under the strict policy");
        }
        assert!(self.is_alive(who.tenant, &unused).await, "the control: under the standard policy");
        let absolute = now + SessionPolicy::Strict.absolute();
        let found = self.find_under(who.tenant, &used, SessionPolicy::Strict, absolute).await;
        assert!(found.is_none(), "the absolute expiry of the strict policy");
        assert!(self.find(who.tenant, &used, absolute).await.is_some(), "the control");
    }

    /// S1, S5: what a store holds shows neither the id in the cookie nor the device.
    async fn a_record_shows_no_personal_data(&self) {
        let who = SignedIn { device: one_session::device(), ..someone() };
        let id = self.start(&who, Utc::now()).await.id;
        let key = key(who.tenant, &id);
        let stored = self.fields(who.tenant, &key).await;
        let stored = stored.iter().flatten().map(Vec::as_slice).chain([key.as_str().as_bytes()]);
        for field in stored {
            one_session::assert_hidden_in(&id, field);
        }
    }

    /// Ends every session of the account, so that the rounds of a race do not fill the store.
    async fn forget(&self, who: &SignedIn) {
        self.end_all(who, Utc::now() + TimeDelta::hours(1)).await;
    }

    /// The fields of a stored record.
    async fn fields(&self, tenant: TenantId, key: &RecordKey) -> Fields {
        let stored = self.sessions.backend.read_record(tenant, key).await;
        stored.expect("a result").expect("the record is stored").fields
    }
}

/// A new account at a new tenant.
fn someone() -> SignedIn {
    SignedIn {
        tenant: TenantId::from_uuid(random_uuid()),
        account: AccountId::from_uuid(random_uuid()),
        employee: None,
        role: Role::HrAdmin,
        demo: false,
        policy: POLICY,
        authenticated_at: None,
        device: Device::default(),
    }
}

fn random_uuid() -> Uuid {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("random bytes");
    Uuid::from_bytes(bytes)
}

fn owner(who: &SignedIn) -> Owner {
    Owner { tenant: who.tenant, account: who.account }
}

fn key(tenant: TenantId, id: &SessionId) -> RecordKey {
    id.record_key(tenant, &Faults::default())
}
