//! Tests of sessions that hold for every back end, run on the memory back end.

use chrono::TimeDelta;
use domain::{AccountId, Role, TenantId};
use seal::RootKey;
use uuid::Uuid;

use super::*;
use crate::{
    batch::tests::{batch, replies},
    conformance,
    generation::{Generation, Marker},
    record::{FIELD_NAMES, Fields},
    redis_link::RedisLink,
    revocation::Subject,
    token_revocation::TokenOrigin,
};

const POLICY: SessionPolicy = SessionPolicy::Standard;

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn signed_in_user(tenant: TenantId) -> SignedIn {
    SignedIn {
        tenant,
        account: AccountId::from_uuid(Uuid::new_v4()),
        employee: None,
        role: Role::HrAdmin,
        demo: false,
        policy: SessionPolicy::Standard,
        authenticated_at: None,
        device: Device::default(),
    }
}

fn owner(tenant: TenantId) -> Owner {
    Owner { tenant, account: AccountId::from_uuid(Uuid::new_v4()) }
}

fn revocation_of(tenant: TenantId, id: &SessionId) -> Revocation {
    let digest = id.digest(tenant, &Faults::default());
    Revocation { tenant, subject: Subject::Session(digest), revoked_at: Utc::now() }
}

fn seals() -> Seals {
    Seals::new(&RootKey::random().unwrap(), None)
}

fn sessions() -> (MemoryBackend, Sessions) {
    let backend = MemoryBackend::default();
    (backend.clone(), Sessions::in_memory(backend, seals()))
}

#[tokio::test]
async fn a_started_session_is_found_until_it_ends() {
    let (_, sessions) = sessions();
    let Started { id, session: started, .. } =
        sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap();
    let found = sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().unwrap();
    assert_eq!(found.account(), started.account());
    sessions.revoke(&revocation_of(tenant(1), &id)).await.unwrap();
    assert!(sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_none());
}

/// The lock SessionKey: a session id of one tenant finds nothing at another.
#[tokio::test]
async fn a_cookie_sent_to_another_tenant_finds_no_session() {
    let (_, sessions) = sessions();
    let id = sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap().id;
    assert!(sessions.load(tenant(2), &id, POLICY, Utc::now()).await.unwrap().is_none());
}

/// S7: an unknown session, an empty record and an unreadable record are not sessions.
#[tokio::test]
async fn an_unknown_empty_or_unreadable_record_is_not_a_session() {
    let (backend, sessions) = sessions();
    let id = SessionId::random().unwrap();
    assert!(sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_none());
    for fields in [Fields::default(), Fields::default().map(|_| Some(b"1042".to_vec()))] {
        let key = id.record_key(tenant(1), &Faults::default());
        backend
            .create(&key, owner(tenant(1)), fields, Duration::from_mins(1), 20, None)
            .await
            .unwrap();
        assert!(sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_none());
    }
}

/// S6, S7: an expired record that the store still holds is not a session.
#[tokio::test]
async fn an_expired_record_that_is_still_stored_is_not_a_session() {
    let (_, sessions) = sessions();
    let Started { id, session, .. } =
        sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap();
    assert!(sessions.load(tenant(1), &id, POLICY, session.expires_at()).await.unwrap().is_none());
}

/// The stored record of a session, and its key for this id at this tenant.
fn stored(backend: &MemoryBackend, tenant: TenantId, id: &SessionId) -> (RecordKey, Fields) {
    let key = id.record_key(tenant, &Faults::default());
    let fields = backend.find(&key).unwrap().fields;
    (key, fields)
}

/// G14: a record that was copied to another tenant's key is not a session there.
#[tokio::test]
async fn a_record_under_the_key_of_another_tenant_is_not_a_session() {
    let (backend, sessions) = sessions();
    let id = sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap().id;
    let (_, fields) = stored(&backend, tenant(1), &id);
    let key = id.record_key(tenant(2), &Faults::default());
    backend.create(&key, owner(tenant(2)), fields, Duration::from_mins(1), 20, None).await.unwrap();
    assert!(sessions.load(tenant(2), &id, POLICY, Utc::now()).await.unwrap().is_none());
    assert!(sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_some());
}

/// G14: a record written without the root key is not a session, whatever its fields; nor is one with a changed role, or one copied from another session.
#[tokio::test]
async fn a_record_written_or_changed_in_the_store_is_not_a_session() {
    let (backend, sessions) = sessions();
    let who = SignedIn { role: Role::Employee, ..signed_in_user(tenant(1)) };
    let Started { id, session, .. } = sessions.start(who.clone(), Utc::now()).await.unwrap();
    let (key, good) = stored(&backend, tenant(1), &id);
    let other = sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap().id;
    let (_, copied) = stored(&backend, tenant(1), &other);
    let promoted = Record { role: Role::HrAdmin, ..session.record.clone() }.to_fields();
    let mut changed = good.clone();
    let role = FIELD_NAMES.iter().position(|name| *name == "role").unwrap();
    changed[role].clone_from(&promoted[role]);
    let mut bare = good.clone();
    bare[FIELD_NAMES.len() - 1] = None;
    let owner = Owner { tenant: tenant(1), account: who.account };
    for (name, fields) in
        [("written", promoted), ("changed", changed), ("copied", copied), ("without a MAC", bare)]
    {
        backend.create(&key, owner, fields, Duration::from_mins(1), 20, None).await.unwrap();
        assert!(
            sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_none(),
            "{name}"
        );
    }
    backend.create(&key, owner, good, Duration::from_mins(1), 20, None).await.unwrap();
    let found = sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().unwrap();
    assert_eq!(found.role(), Role::Employee, "the control: as it was written");
}

/// S2: a request in flight while its user signs out cannot bring the session back.
#[tokio::test]
async fn extending_a_deleted_record_does_not_bring_it_back() {
    let (backend, sessions) = sessions();
    let Started { id, session, .. } =
        sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap();
    sessions.revoke(&revocation_of(tenant(1), &id)).await.unwrap();
    let owner = Owner { tenant: tenant(1), account: session.account() };
    let key = id.record_key(tenant(1), &Faults::default());
    backend.extend(&key, owner, Duration::from_hours(1)).await.unwrap();
    assert!(sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().is_none());
}

/// S2: two sign-ins of one user have different ids.
#[tokio::test]
async fn every_sign_in_has_a_fresh_id() {
    let (_, sessions) = sessions();
    let who = signed_in_user(tenant(1));
    let first = sessions.start(who.clone(), Utc::now()).await.unwrap().id;
    let second = sessions.start(who, Utc::now()).await.unwrap().id;
    assert_ne!(first, second);
}

/// The locks `SessionKey`, `SessionMac`, `Stamp` and `Binding`: a cookie sent to another tenant finds a session only with the first three locks off, and that session
/// still has its own tenant.
#[cfg(feature = "lab")]
#[tokio::test]
async fn a_foreign_cookie_finds_a_session_only_with_three_locks_off() {
    use lab::{Faults, Lock};

    for (off, found) in [
        (vec![], false),
        (vec![Lock::SessionKey, Lock::Stamp], false),
        (vec![Lock::SessionKey, Lock::SessionMac], false),
        (vec![Lock::SessionMac, Lock::Stamp], false),
        (vec![Lock::SessionKey, Lock::SessionMac, Lock::Stamp], true),
    ] {
        let (_, sessions) = sessions();
        let faults = Faults::default();
        faults.set(&off);
        let sessions = sessions.with_faults(faults);
        let id = sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap().id;
        let carried = sessions.load(tenant(2), &id, POLICY, Utc::now()).await.unwrap();
        assert_eq!(carried.is_some(), found, "{off:?}");
        assert!(carried.is_none_or(|session| session.tenant() == tenant(1)), "{off:?}");
    }
}

/// S4: every session of an account ends at once. Its later sessions, and those of other accounts and tenants, stay valid.
#[tokio::test]
async fn all_sessions_of_an_account_end_and_no_others() {
    let (_, sessions) = sessions();
    let (who, begun) = (signed_in_user(tenant(1)), Utc::now());
    let namesake = SignedIn { tenant: tenant(2), ..who.clone() };
    let mut ids = Vec::new();
    for (who, at) in [
        (&who, begun),
        (&who, begun),
        (&who, begun + TimeDelta::seconds(1)),
        (&signed_in_user(tenant(1)), begun),
        (&namesake, begun),
    ] {
        ids.push((who.tenant, sessions.start(who.clone(), at).await.unwrap().id));
    }
    let (tenant, subject) = (who.tenant, Subject::Account(who.account));
    sessions.revoke(&Revocation { tenant, subject, revoked_at: begun }).await.unwrap();
    let mut alive = Vec::new();
    for (tenant, id) in &ids {
        alive.push(sessions.load(*tenant, id, POLICY, begun).await.unwrap().is_some());
    }
    assert_eq!(alive, [false, false, true, true, true]);
}

/// G13: an account has at most 20 sessions. One more ends the session that began first, not the least recently used; other accounts keep theirs.
#[tokio::test]
async fn the_oldest_session_of_an_account_ends_when_there_are_too_many() {
    let (_, sessions) = sessions();
    let (who, now) = (signed_in_user(tenant(1)), Utc::now());
    let namesake = SignedIn { tenant: tenant(2), ..who.clone() };
    let others = [namesake, signed_in_user(tenant(1))];
    let mut kept = Vec::new();
    for other in &others {
        kept.push((other.tenant, sessions.start(other.clone(), now).await.unwrap().id));
    }
    let mut ids = Vec::new();
    // The second of them began before the first.
    for minute in [1, 0].into_iter().chain(2..20) {
        let started = sessions.start(who.clone(), now + TimeDelta::minutes(minute)).await.unwrap();
        assert!(started.ended.is_empty(), "minute {minute}");
        ids.push(started.id);
    }
    let later = now + TimeDelta::minutes(20);
    for oldest in [1, 0] {
        assert!(sessions.load(who.tenant, &ids[oldest], POLICY, later).await.unwrap().is_some());
        let started = sessions.start(who.clone(), later).await.unwrap();
        assert_eq!(started.ended, [ids[oldest].digest(who.tenant, &Faults::default())]);
        assert!(sessions.load(who.tenant, &ids[oldest], POLICY, later).await.unwrap().is_none());
        kept.push((who.tenant, started.id));
    }
    kept.extend(ids.drain(2..).map(|id| (who.tenant, id)));
    for (tenant, id) in &kept {
        assert!(sessions.load(*tenant, id, POLICY, later).await.unwrap().is_some());
    }
    assert_eq!(kept.len(), others.len() + 20);
}

/// The time to live of a record whose session has not been used for so long.
fn unused_for(time: Duration) -> Duration {
    RECORD_TTL.saturating_sub(time)
}

/// C2, S3: the browser gets the cookie again when the session was extended, and when the policy is not the one of the sign-in.
#[tokio::test]
async fn a_cookie_follows_the_policy() {
    use SessionPolicy::{Standard, Strict};

    for (at_sign_in, now, left, again) in [
        (Standard, Standard, unused_for(Duration::from_mins(11)), false),
        (Standard, Standard, unused_for(Duration::from_mins(13)), true),
        (Strict, Strict, unused_for(Duration::from_mins(2)), false),
        (Strict, Strict, unused_for(Duration::from_mins(4)), true),
        (Standard, Strict, RECORD_TTL, true),
        (Strict, Standard, RECORD_TTL, true),
    ] {
        let (backend, sessions) = sessions();
        let who = SignedIn { policy: at_sign_in, ..signed_in_user(tenant(1)) };
        let Started { id, session, .. } = sessions.start(who, Utc::now()).await.unwrap();
        let key = id.record_key(tenant(1), &Faults::default());
        backend.extend(&key, session.record.owner(), left).await.unwrap();
        let found = sessions.load(tenant(1), &id, now, Utc::now()).await.unwrap().unwrap();
        assert_eq!(found.needs_cookie(), again, "{at_sign_in:?}, {now:?}, {left:?}");
    }
}

/// S3: a session is written again once a tenth of its idle time has passed, and not before.
#[tokio::test]
async fn a_session_is_extended_after_a_tenth_of_its_idle_time() {
    for (unused, extended) in [(Duration::from_mins(11), false), (Duration::from_mins(13), true)] {
        let (backend, sessions) = sessions();
        let Started { id, session, .. } =
            sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap();
        let key = id.record_key(tenant(1), &Faults::default());
        backend.extend(&key, session.record.owner(), unused_for(unused)).await.unwrap();
        sessions.load(tenant(1), &id, POLICY, Utc::now()).await.unwrap().unwrap();
        let left = backend.find(&key).unwrap().left.unwrap();
        assert_eq!(left > unused_for(Duration::from_mins(1)), extended, "{unused:?}");
    }
}

/// A session in memory adds nothing to the batch, so an unreachable Redis does not matter.
#[tokio::test]
async fn a_session_in_memory_is_found_without_redis() {
    let (_, sessions) = sessions();
    let id = sessions.start(signed_in_user(tenant(1)), Utc::now()).await.unwrap().id;
    let mut batch = batch();
    let session = sessions.ask(&mut batch, tenant(1), &id).unwrap();
    let mut replies = batch.send().await.unwrap();
    assert!(sessions.read(session, &mut replies, POLICY, Utc::now()).await.unwrap().is_some());
}

/// O6: after an unexpected reply the caller gets an error, and not "signed out" or "not revoked".
#[tokio::test]
async fn an_unexpected_reply_does_not_sign_a_user_out() {
    let (generation, account) = (Generation::default(), AccountId::from_uuid(Uuid::new_v4()));
    generation.set_current(Marker::of("marker"));
    let backend = RedisBackend::new(RedisLink::new("redis://127.0.0.1:1").unwrap(), generation);
    let sessions = Sessions::in_redis(backend, seals());
    let mut batch = batch();
    let session = sessions.ask(&mut batch, tenant(1), &SessionId::random().unwrap()).unwrap();
    let origin = TokenOrigin { tenant: tenant(1), account, origin: None, at: Utc::now() };
    let check = sessions.ask_revocations(&mut batch, &origin).unwrap();
    let mut replies = replies(&["*0\r\n", ":5\r\n", "+marker\r\n", "*1\r\n:1\r\n"]);
    let read = sessions.read(session, &mut replies, POLICY, Utc::now()).await;
    assert!(matches!(read, Err(Error::UnexpectedReply(_))), "{read:?}");
    let revoked = sessions.is_revoked(check, &mut replies);
    assert!(matches!(revoked, Err(Error::UnexpectedReply(_))), "{revoked:?}");
}

/// S5: the memory back end passes the checks and the races of every session store.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_memory_conform() {
    let backend = MemoryBackend::default();
    let sessions = Sessions::with_backend(Arc::new(backend), conformance::LIMIT, seals());
    let link = conformance::no_redis();
    conformance::check(&sessions, &link).await;
    conformance::race(&sessions, &link).await;
}
