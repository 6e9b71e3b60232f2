//! Encodes a session record as named fields, and decodes it. A record that cannot be decoded is not a session (row S7).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::{AccountId, EmployeeId, Role, SessionPolicy, TenantId};

/// The names of a record's fields, in the order in which back ends store their values.
pub const FIELD_NAMES: [&str; 12] = [
    "v",
    "tenant",
    "account",
    "employee",
    "role",
    "demo",
    "policy",
    "signed_in_at",
    "authenticated_at",
    "expires_at",
    "device",
    "mac",
];
const VERSION: &str = "5";

/// The values of one record's fields, in the order of their [`FIELD_NAMES`]. `None` is a missing field. They hold ids and times, and personal data only sealed.
pub type Fields = [Option<Vec<u8>>; FIELD_NAMES.len()];

/// A record as read from the store.
#[derive(Debug, PartialEq, Eq)]
pub struct Stored {
    /// The encoded record.
    pub fields: Fields,
    /// The time until the record expires, zero if it has expired; `None` if it has no expiry, which is never the case for a record that this crate wrote.
    pub left: Option<Duration>,
    /// What the store noted about the record since it was written.
    pub marks: Marks,
}

/// What a store notes about a record beside its fields. A new record has no marks.
///
/// The MAC does not cover them, and they grant nothing: a forged change of role costs a query, and a forged successor must be an authentic record of the same
/// sign-in. Removing a mark is as bad as undoing a revocation, which a writer in the store can do too (`docs/adr/0023-session-records-are-authenticated.md`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The time of the latest change of the account's role that the record may not know, in milliseconds since 1970. `None` if it knows the present role.
    pub role_changed_at: Option<i64>,
    /// The digest of the record that continues this session under a new id; `None` if the id was not replaced.
    pub replaced_by: Option<String>,
}

/// The account that a record belongs to, with its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The tenant of the account.
    pub tenant: TenantId,
    /// The account that signed in.
    pub account: AccountId,
}

impl Owner {
    /// The key under which a store keeps the index of the account's records. The braces put it into the tenant's hash slot of Redis Cluster.
    pub(crate) fn index_key(self) -> String {
        let Self { tenant, account } = self;
        format!("a:{{{tenant}}}:{account}")
    }
}

/// The content of a session record: ids and times. Its only personal data is the device, which is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
    pub(crate) employee: Option<EmployeeId>,
    pub(crate) role: Role,
    pub(crate) demo: bool,
    /// The session policy of the tenant when the session began, which the browser's cookie follows.
    pub(crate) policy: SessionPolicy,
    /// When the session began. Revocations of the account's sessions until an earlier time do not concern it.
    pub(crate) signed_in_at: DateTime<Utc>,
    /// When the user gave the password: before the session began, if the device was remembered.
    pub(crate) authenticated_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    /// The sealed device, see [`crate::Device`].
    pub(crate) device: Vec<u8>,
}

impl Record {
    pub(crate) const fn owner(&self) -> Owner {
        Owner { tenant: self.tenant, account: self.account }
    }

    /// Whether both records are of one sign-in: a record that continues a session has the account and the beginning of the record before.
    pub(crate) fn is_same_sign_in(&self, other: &Self) -> bool {
        self.owner() == other.owner() && self.signed_in_at == other.signed_in_at
    }

    /// Encodes the fields without the MAC, which [`crate::record_mac::set`] adds.
    pub(crate) fn to_fields(&self) -> Fields {
        let text = |text: &dyn ToString| Some(text.to_string().into_bytes());
        [
            text(&VERSION),
            text(&self.tenant),
            text(&self.account),
            self.employee.as_ref().and_then(|employee| text(employee)),
            text(&self.role.as_str()),
            text(&self.demo),
            text(&self.policy.as_str()),
            text(&self.signed_in_at.timestamp_millis()),
            text(&self.authenticated_at.timestamp_millis()),
            text(&self.expires_at.timestamp_millis()),
            text(&URL_SAFE_NO_PAD.encode(&self.device)),
            None,
        ]
    }

    /// Decodes the record. `None` if a field is missing or unreadable, or the version differs; an empty hash has no fields. The caller has verified the MAC.
    pub(crate) fn from_fields(fields: &Fields) -> Option<Self> {
        let time = |text: &str| DateTime::from_timestamp_millis(text.parse().ok()?);
        let [
            version,
            tenant,
            account,
            employee,
            role,
            demo,
            policy,
            signed_in_at,
            authenticated_at,
            expires_at,
            device,
            _mac,
        ] = fields.each_ref().map(Option::as_deref);
        if text(version)? != VERSION {
            return None;
        }
        Some(Self {
            tenant: text(tenant)?.parse().ok()?,
            account: text(account)?.parse().ok()?,
            employee: match employee {
                Some(_) => Some(text(employee)?.parse().ok()?),
                None => None,
            },
            role: text(role)?.parse().ok()?,
            demo: text(demo)?.parse().ok()?,
            policy: text(policy)?.parse().ok()?,
            signed_in_at: time(text(signed_in_at)?)?,
            authenticated_at: time(text(authenticated_at)?)?,
            expires_at: time(text(expires_at)?)?,
            device: URL_SAFE_NO_PAD.decode(device?).ok()?,
        })
    }
}

/// Whether another version of this program wrote the record. Such a record is not a session, and no sign of an attack either.
pub(crate) fn is_of_another_version(fields: &Fields) -> bool {
    text(fields[0].as_deref()).is_some_and(|version| version != VERSION)
}

/// The time when a record's session began, in milliseconds since 1970; 0 if it cannot be read, so that the record counts as the oldest.
pub(crate) fn began_at(fields: &Fields) -> i64 {
    millis(fields, "signed_in_at").unwrap_or(0)
}

/// The absolute expiry of a record; `None` if it cannot be read.
pub(crate) fn expires_at(fields: &Fields) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis(fields, "expires_at")?)
}

fn millis(fields: &Fields, name: &str) -> Option<i64> {
    let at = FIELD_NAMES.iter().position(|known| *known == name)?;
    text(fields[at].as_deref())?.parse().ok()
}

fn text(value: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(value?).ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn record() -> Record {
        Record {
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            account: AccountId::from_uuid(Uuid::from_u128(2)),
            employee: Some(EmployeeId::from_uuid(Uuid::from_u128(3))),
            role: Role::Manager,
            demo: false,
            policy: SessionPolicy::Standard,
            signed_in_at: DateTime::UNIX_EPOCH,
            authenticated_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
            device: vec![0, 0xff],
        }
    }

    #[test]
    fn a_record_without_a_readable_beginning_is_the_oldest() {
        let later =
            Record { signed_in_at: DateTime::from_timestamp_millis(7).unwrap(), ..record() };
        assert_eq!(began_at(&later.to_fields()), 7);
        assert_eq!(began_at(&Fields::default()), 0);
        assert_eq!(began_at(&Fields::default().map(|_| Some(b"soon".to_vec()))), 0);
    }

    #[test]
    fn a_record_round_trips() {
        assert_eq!(Record::from_fields(&record().to_fields()), Some(record()));
        let without = Record { employee: None, ..record() };
        assert_eq!(Record::from_fields(&without.to_fields()), Some(without));
        let demo = Record { demo: true, ..record() };
        assert_eq!(Record::from_fields(&demo.to_fields()), Some(demo));
    }

    /// S7: a record that is empty, lacks a field or has an unreadable field is not a session.
    #[test]
    fn a_damaged_record_is_no_session() {
        assert_eq!(Record::from_fields(&Fields::default()), None);
        for (at, name) in FIELD_NAMES.into_iter().enumerate().filter(|(_, name)| *name != "mac") {
            for unreadable in [b"?".as_slice(), b"\xff"] {
                let mut damaged = record().to_fields();
                damaged[at] = Some(unreadable.to_vec());
                assert_eq!(Record::from_fields(&damaged), None, "{name} unreadable");
            }
            let mut damaged = record().to_fields();
            damaged[at] = None;
            assert!(
                name == "employee" || Record::from_fields(&damaged).is_none(),
                "{name} missing"
            );
        }
    }
}
