//! Tests of how the Redis back end reads replies: an unexpected one is an error and never "no session" or "not revoked" (row O6).

use chrono::DateTime;
use domain::{AccountId, OriginId};
use uuid::Uuid;

use super::*;
use crate::{
    batch::tests::{batch, replies},
    id::SessionId,
    record::Marks,
};

const MARKER: &str = "9a0364b9e99bb480dd25e1f0284c8555";
const MARKER_REPLY: &str = "$32\r\n9a0364b9e99bb480dd25e1f0284c8555\r\n";
const NO_FIELDS: &str = "*14\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n";
const LOADED: &str = "*1\r\n:1\r\n";

/// A back end whose Redis has replayed every revocation, as far as the node knows.
fn backend() -> RedisBackend {
    let generation = Generation::default();
    generation.set_current(Marker::of(MARKER));
    RedisBackend::new(RedisLink::new("redis://127.0.0.1:1").unwrap(), generation)
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(1))
}

fn origin() -> TokenOrigin {
    TokenOrigin {
        tenant: tenant(),
        account: AccountId::from_uuid(Uuid::from_u128(2)),
        origin: Some(OriginId::from_uuid(Uuid::from_u128(3))),
        at: DateTime::UNIX_EPOCH,
    }
}

/// Looks up a record and reads these replies.
fn record(backend: &RedisBackend, sent: &[&str]) -> Result<Option<Stored>, Error> {
    let mut batch = batch();
    let key = SessionId::random().unwrap().record_key(tenant(), &Faults::default());
    let mut replies = replies(sent);
    let read = backend.ask_record(&mut batch, tenant(), &key).unwrap().read(&mut replies);
    read.now_or_never().expect("the replies are there")
}

/// Looks up the revocations of a sign-in and reads these replies.
fn revocations(backend: &RedisBackend, sent: &[&str]) -> Result<TokenRevocations, Error> {
    let mut batch = batch();
    backend.ask_revocations(&mut batch, &origin()).unwrap().read(&mut replies(sent))
}

fn is_unexpected<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::UnexpectedReply(_)))
}

#[tokio::test]
async fn a_record_is_read_from_the_replies_of_redis() {
    let read = |fields, ttl| record(&backend(), &[fields, ttl, MARKER_REPLY, LOADED]).unwrap();
    let stored = |left| Some(Stored { fields: Fields::default(), left, marks: Marks::default() });
    assert_eq!(read(NO_FIELDS, ":-2\r\n"), None, "no such key");
    assert_eq!(read(NO_FIELDS, ":-1\r\n"), stored(None), "a key without an expiry");
    assert_eq!(read(NO_FIELDS, ":5\r\n"), stored(Some(Duration::from_millis(5))));
    let other_type = read("-WRONGTYPE no hash\r\n", ":5\r\n");
    assert_eq!(other_type, stored(Some(Duration::from_millis(5))), "a key of another type");
}

/// O6, S7: only the reply that the key does not exist means that there is no record.
#[tokio::test]
async fn an_unexpected_reply_about_a_record_is_an_error() {
    for (name, fields, ttl) in [
        ("an impossible time to live", NO_FIELDS, ":-3\r\n"),
        ("no time to live", NO_FIELDS, "$-1\r\n"),
        ("a time to live that is no number", NO_FIELDS, "+soon\r\n"),
        ("no fields", "$-1\r\n", ":5\r\n"),
        ("no fields of a missing key", "$-1\r\n", ":-2\r\n"),
        ("an empty list of fields", "*0\r\n", ":5\r\n"),
        ("one value instead of fourteen", "*1\r\n$-1\r\n", ":5\r\n"),
        ("a number instead of fields", ":1\r\n", ":5\r\n"),
    ] {
        let read = record(&backend(), &[fields, ttl, MARKER_REPLY, LOADED]);
        assert!(is_unexpected(&read), "{name}: {read:?}");
    }
    for missing in 0..4 {
        let sent = &[NO_FIELDS, ":-2\r\n", MARKER_REPLY, LOADED][..missing];
        let read = record(&backend(), sent);
        assert!(is_unexpected(&read), "{missing} of 4 replies: {read:?}");
    }
}

/// O6: a command that Redis refuses is an error, also if Redis says that the key does not exist.
#[tokio::test]
async fn a_refused_command_about_a_record_is_an_error() {
    for (fields, ttl) in [
        ("-NOPERM HMGET\r\n", ":-2\r\n"),
        ("-NOPERM HMGET\r\n", ":5\r\n"),
        (NO_FIELDS, "-NOPERM PTTL\r\n"),
    ] {
        let read = record(&backend(), &[fields, ttl, MARKER_REPLY, LOADED]);
        assert!(matches!(read, Err(Error::Unavailable(_))), "{fields}{ttl}: {read:?}");
    }
}

/// S7, O6: a reply of a Redis that lost its marker is not used, and the node forgets the generation.
#[tokio::test]
async fn the_reply_of_a_redis_without_the_marker_is_not_used() {
    for (key, script) in
        [("$-1\r\n", LOADED), ("+another\r\n", LOADED), (MARKER_REPLY, "*1\r\n:0\r\n")]
    {
        let backend = backend();
        let read = record(&backend, &[NO_FIELDS, ":-2\r\n", key, script]);
        assert!(matches!(read, Err(Error::NotReplayed)), "{key}{script}: {read:?}");
        assert_eq!(Backend::generation(&backend), None);
        let next = backend.ask_revocations(&mut batch(), &origin());
        assert!(matches!(next, Err(Error::NotReplayed)), "{key}{script}");
    }
}

/// O6: an unexpected reply about the marker does not end the generation.
#[tokio::test]
async fn an_unexpected_reply_about_the_marker_is_an_error() {
    for script in ["*0\r\n", "*2\r\n:1\r\n:1\r\n", "$-1\r\n", "+OK\r\n"] {
        let backend = backend();
        let read = record(&backend, &[NO_FIELDS, ":-2\r\n", MARKER_REPLY, script]);
        assert!(is_unexpected(&read), "{script}: {read:?}");
        assert!(Backend::generation(&backend).is_some(), "{script}");
    }
}

/// T5, O6: only two missing values mean that nothing was revoked.
#[tokio::test]
async fn an_unexpected_reply_about_revocations_is_an_error() {
    let read = |reply| revocations(&backend(), &[reply, MARKER_REPLY, LOADED]);
    assert_eq!(read("*2\r\n$-1\r\n$-1\r\n").unwrap(), TokenRevocations::default());
    let both = TokenRevocations { sign_in: true, until: Some(7) };
    assert_eq!(read("*2\r\n$1\r\n5\r\n$1\r\n7\r\n").unwrap(), both);
    for odd in ["$-1\r\n", "*0\r\n", "*1\r\n$-1\r\n", "*2\r\n$-1\r\n+soon\r\n", ":1\r\n"] {
        let read = read(odd);
        assert!(is_unexpected(&read), "{odd}: {read:?}");
    }
    assert!(is_unexpected(&revocations(&backend(), &[])), "no reply at all");
}

/// G13, O6: a session that Redis ended for an account with too many must be stored as revoked, so an unreadable digest is an error.
#[test]
fn an_invalid_digest_of_an_ended_session_is_an_error() {
    let digest = SessionId::random().unwrap().digest(tenant(), &Faults::default());
    let mut reply = vec![digest.as_str().to_owned()];
    assert_eq!(redis_records::digests(&reply).unwrap(), [digest]);
    reply.push("1042".to_owned());
    assert!(is_unexpected(&redis_records::digests(&reply)));
}
