//! The id of a sign-in: a `UUIDv7`, which contains the time of the sign-in.

use chrono::{DateTime, Utc};
use domain::OriginId;
use uuid::{Builder, Uuid, Variant};

/// The id of a sign-in at the time `at`. The random bytes make it unique and impossible to guess.
pub fn new_sign_in_id(at: DateTime<Utc>, random: &[u8; 10]) -> OriginId {
    let milliseconds = at.timestamp_millis().try_into().unwrap_or_default();
    OriginId::from_uuid(Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid())
}

/// When the user signed in; `None` if the id is not a `UUIDv7`. Revoking all earlier sign-ins of a user is decided by this time (row T5).
pub fn sign_in_time(origin: OriginId) -> Option<DateTime<Utc>> {
    let id = origin.as_uuid();
    if id.get_version_num() != 7 || id.get_variant() != Variant::RFC4122 {
        return None;
    }
    DateTime::from_timestamp_millis(milliseconds(id))
}

/// The time in a `UUIDv7`: its first 48 bits, in milliseconds since the Unix epoch (RFC 9562 §5.7).
fn milliseconds(id: Uuid) -> i64 {
    id.as_bytes()[..6].iter().fold(0, |value, byte| value << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_id_contains_the_time_of_the_sign_in() {
        let at = DateTime::from_timestamp_millis(1_795_000_000_123).unwrap();
        let origin = new_sign_in_id(at, &[0xff; 10]);
        assert_eq!(sign_in_time(origin), Some(at));
        assert_ne!(origin, new_sign_in_id(at, &[0; 10]));
    }

    #[test]
    fn a_uuid_of_another_version_contains_no_time() {
        for odd in [Uuid::nil(), Uuid::max(), Builder::from_random_bytes([7; 16]).into_uuid()] {
            assert_eq!(sign_in_time(OriginId::from_uuid(odd)), None);
        }
    }
}
