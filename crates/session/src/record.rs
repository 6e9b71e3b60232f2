//! A session record as named texts, and back. What cannot be read is no session (row S7).

use chrono::{DateTime, Utc};
use domain::{AccountId, EmployeeId, Role, TenantId};

use crate::backend::Fields;

const VERSION: &str = "1";

/// Everything a session remembers. Ids and times only: no name, no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
    pub(crate) employee: Option<EmployeeId>,
    pub(crate) role: Role,
    pub(crate) signed_in_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Record {
    pub(crate) fn to_fields(&self) -> Fields {
        let mut fields = Fields::from([
            ("v".to_owned(), VERSION.to_owned()),
            ("tenant".to_owned(), self.tenant.to_string()),
            ("account".to_owned(), self.account.to_string()),
            ("role".to_owned(), self.role.as_str().to_owned()),
            ("signed_in_at".to_owned(), self.signed_in_at.timestamp_millis().to_string()),
            ("expires_at".to_owned(), self.expires_at.timestamp_millis().to_string()),
        ]);
        if let Some(employee) = self.employee {
            fields.insert("employee".to_owned(), employee.to_string());
        }
        fields
    }

    /// The record, or nothing if a field is missing, unreadable or of another version. An empty hash has no fields, so it is nothing.
    pub(crate) fn from_fields(fields: &Fields) -> Option<Self> {
        let text = |name: &str| fields.get(name).map(String::as_str);
        let time = |name: &str| DateTime::from_timestamp_millis(text(name)?.parse().ok()?);
        if text("v")? != VERSION {
            return None;
        }
        let employee = match text("employee") {
            Some(id) => Some(id.parse().ok()?),
            None => None,
        };
        Some(Self {
            tenant: text("tenant")?.parse().ok()?,
            account: text("account")?.parse().ok()?,
            employee,
            role: text("role")?.parse().ok()?,
            signed_in_at: time("signed_in_at")?,
            expires_at: time("expires_at")?,
        })
    }
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
            signed_in_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_record_reads_what_it_writes() {
        assert_eq!(Record::from_fields(&record().to_fields()), Some(record()));
        let without = Record { employee: None, ..record() };
        assert_eq!(Record::from_fields(&without.to_fields()), Some(without));
    }

    /// S7: an empty record, one with a missing field and one with an unreadable field are no session.
    #[test]
    fn a_damaged_record_is_no_session() {
        assert_eq!(Record::from_fields(&Fields::new()), None);
        for name in record().to_fields().keys() {
            let mut damaged = record().to_fields();
            damaged.insert(name.clone(), "?".to_owned());
            assert_eq!(Record::from_fields(&damaged), None, "{name} unreadable");
            damaged.remove(name);
            assert!(
                name == "employee" || Record::from_fields(&damaged).is_none(),
                "{name} missing"
            );
        }
    }
}
