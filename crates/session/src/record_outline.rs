//! The outline of a session record, for its own user: the names and sizes of its fields, and no value that identifies a user or a session.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    error::Error,
    record::{self, FIELD_NAMES, Stored},
    sessions::{RECORD_TTL, Session, Sessions},
};

/// The characters of the digest that an outline shows.
const DIGEST_START: usize = 6;

/// What a store keeps of one session, without the values of ids and without what is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOutline {
    /// The first characters of the digest of the session's id, the only part of the key that differs between sessions of a tenant.
    pub digest_start: String,
    /// The size of the whole key, in bytes.
    pub key_bytes: usize,
    /// The fields that the record has, in the order in which they are stored.
    pub fields: Vec<FieldOutline>,
    /// When the session ends if it is not used.
    pub idle_end: DateTime<Utc>,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldOutline {
    /// The name under which the value is stored.
    pub name: &'static str,
    /// The size of the stored value, in bytes.
    pub bytes: usize,
    /// What the value is, as far as it may be shown.
    pub content: FieldContent,
}

/// What a field contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldContent {
    /// A value that the user knows anyway.
    Plain(String),
    /// A time, in milliseconds since 1970.
    Time(i64),
    /// An id of the tenant, the account or the employee.
    Id,
    /// Personal data, encrypted under a key of the tenant.
    Sealed,
    /// The code that authenticates all other fields.
    Mac,
}

impl Sessions {
    /// Reads the record of a valid session again and describes it. `None` if the session has ended in the meantime.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    pub async fn outline(
        &self,
        session: &Session,
        now: DateTime<Utc>,
    ) -> Result<Option<RecordOutline>, Error> {
        let key = session.key();
        let stored = self.backend.read_record(session.tenant(), key).await?;
        let outline = |stored: Stored| {
            let unused = RECORD_TTL.saturating_sub(stored.left?);
            let left = session.policy().idle().saturating_sub(unused);
            Some(RecordOutline {
                digest_start: key.digest().chars().take(DIGEST_START).collect(),
                key_bytes: key.as_str().len(),
                fields: fields_of(&stored.fields),
                idle_end: now + TimeDelta::from_std(left).unwrap_or(TimeDelta::MAX),
            })
        };
        Ok(stored.and_then(outline))
    }
}

fn fields_of(fields: &record::Fields) -> Vec<FieldOutline> {
    let outline = |(name, value): (&'static str, &Option<Vec<u8>>)| {
        let value = value.as_deref()?;
        let text = String::from_utf8_lossy(value);
        let content = match name {
            "device" => FieldContent::Sealed,
            "mac" => FieldContent::Mac,
            "v" | "role" | "demo" | "policy" => FieldContent::Plain(text.into_owned()),
            "signed_in_at" | "authenticated_at" | "expires_at" => {
                FieldContent::Time(text.parse().ok()?)
            }
            // An unknown field is treated as one that must not be shown.
            _ => FieldContent::Id,
        };
        Some(FieldOutline { name, bytes: value.len(), content })
    };
    FIELD_NAMES.into_iter().zip(fields).filter_map(outline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1: an outline shows no id, no sealed value and no authentication code.
    #[test]
    fn an_outline_shows_no_secret_and_no_id() {
        let value = |name: &str| {
            let text = if name.ends_with("_at") { "1700000000000" } else { "value" };
            Some(text.as_bytes().to_vec())
        };
        let fields = fields_of(&FIELD_NAMES.map(value));
        assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), FIELD_NAMES);
        for FieldOutline { name, bytes, content } in fields {
            let shown = matches!(content, FieldContent::Plain(_) | FieldContent::Time(_));
            let hidden = ["tenant", "account", "employee", "device", "mac"].contains(&name);
            assert_ne!(shown, hidden, "{name}");
            assert_eq!(bytes, if name.ends_with("_at") { 13 } else { 5 }, "{name}");
        }
    }

    #[test]
    fn a_missing_field_is_left_out() {
        assert_eq!(fields_of(&record::Fields::default()), []);
    }
}
