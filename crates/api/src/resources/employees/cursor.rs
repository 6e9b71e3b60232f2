//! Cursors as clients receive them: opaque and authenticated, so that a client can only use a cursor that the product made for the same list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use domain::{Cursor, EmployeeId, EmployeeQuery, EmployeeSort, SortKey, TenantId, Visibility};
use seal::{KeyScope, NAMED_MAC, Purpose, Seals};
use serde::{Deserialize, Serialize};
use tenancy::TenantContext;

use crate::Api;

const VERSION: u8 = 1;
/// The longest cursor that is decoded. No valid one is longer: the longest sort key as JSON (1,022 characters), the other members and the MAC.
const LONGEST: usize = 2048;
const PURPOSE: Purpose = Purpose::of("directory cursor");

/// Encodes and decodes the cursors of one viewer. A cursor is valid for its tenant, for viewers who see the same rows and fields, and for one list: the same
/// words, filters and order. The page size may change from page to page.
///
/// The whole cursor becomes part of a cache key, so a client that could forge one, or change its count, could fill the cache with copies of one page.
pub(crate) struct Cursors {
    seals: Seals,
    scope: KeyScope,
    visibility: Visibility,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    sort: String,
    key: WireKey,
    id: EmployeeId,
    back: bool,
    before: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WireKey {
    Text(String),
    Integer(i64),
    Date(NaiveDate),
}

impl Cursors {
    /// The cursors of the viewer of this context.
    pub(crate) fn of(api: &Api, viewer: &TenantContext) -> Self {
        Self::new(api.seals.clone(), viewer.tenant(), viewer.visibility())
    }

    pub(crate) const fn new(seals: Seals, tenant: TenantId, visibility: Visibility) -> Self {
        Self { seals, scope: KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }, visibility }
    }

    /// The rows and fields that the viewer may see.
    pub(crate) const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Encodes a cursor of this list: base64url of its JSON and a MAC.
    pub(crate) fn encode(&self, list: &EmployeeQuery, cursor: &Cursor) -> String {
        let key = match &cursor.key {
            SortKey::Text(text) => WireKey::Text(text.to_string()),
            SortKey::Integer(number) => WireKey::Integer(*number),
            SortKey::Date(day) => WireKey::Date(*day),
        };
        let wire = Wire {
            v: VERSION,
            sort: cursor.sort.to_string(),
            key,
            id: cursor.id,
            back: cursor.backwards,
            before: cursor.before,
        };
        let mut bytes = serde_json::to_vec(&wire).unwrap_or_default();
        let mac = self.seals.named_mac(self.scope, &self.message(list, &bytes));
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Decodes a cursor; `None` unless the product made it for this list and this viewer.
    pub(crate) fn decode(&self, list: &EmployeeQuery, text: &str) -> Option<Cursor> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (json, mac) = bytes.split_last_chunk::<NAMED_MAC>()?;
        self.seals.verify_named_mac(self.scope, &self.message(list, json), mac).ok()?;
        read(json, list.sort)
    }

    /// The text that the MAC covers besides the tenant: the visibility, the list and the cursor. The length before each part keeps the parts apart.
    fn message(&self, list: &EmployeeQuery, json: &[u8]) -> Vec<u8> {
        let list = EmployeeQuery { limit: 0, cursor: None, ..list.clone() };
        let mut message = Vec::with_capacity(512);
        for part in [self.visibility.to_string().as_bytes(), list.to_string().as_bytes(), json] {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        message
    }
}

fn read(json: &[u8], sort: EmployeeSort) -> Option<Cursor> {
    let wire: Wire = serde_json::from_slice(json).ok()?;
    if wire.v != VERSION || wire.sort != sort.to_string() {
        return None;
    }
    let key = match (wire.key, kind_of(sort)) {
        (WireKey::Text(text), Kind::Text) => SortKey::Text(text.parse().ok()?),
        (WireKey::Integer(number), Kind::Integer) => SortKey::Integer(number),
        (WireKey::Date(day), Kind::Date) => SortKey::Date(day),
        _ => return None,
    };
    Some(Cursor { sort, key, id: wire.id, backwards: wire.back, before: wire.before })
}

enum Kind {
    Text,
    Integer,
    Date,
}

const fn kind_of(sort: EmployeeSort) -> Kind {
    use domain::SortColumn::{
        Department, Location, Name, Number, Position, Salary, StartedOn, Status,
    };
    match sort.column {
        Name | Position | Department | Location | Status => Kind::Text,
        Number | Salary => Kind::Integer,
        StartedOn => Kind::Date,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{EmploymentStatus, PrintableText, Role};
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;

    fn viewer(seals: &Seals, tenant: u128, role: Role) -> Cursors {
        let me = Some(EmployeeId::from_uuid(Uuid::from_u128(7)));
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        Cursors::new(seals.clone(), tenant, Visibility::of(role, me))
    }

    fn admin() -> Cursors {
        viewer(&Seals::new(&RootKey::random().unwrap(), None), 1, Role::HrAdmin)
    }

    fn list(sort: &str) -> EmployeeQuery {
        EmployeeQuery {
            words: vec!["amara".to_owned()],
            department: None,
            location: None,
            statuses: BTreeSet::from([EmploymentStatus::Active]),
            sort: sort.parse().unwrap(),
            limit: 50,
            cursor: None,
        }
    }

    fn cursor(sort: &str, key: SortKey) -> Cursor {
        let id = EmployeeId::from_uuid(Uuid::from_u128(9));
        Cursor { sort: sort.parse().unwrap(), key, id, backwards: true, before: 50 }
    }

    fn text(key: &str) -> SortKey {
        SortKey::Text(key.parse().unwrap())
    }

    fn by_name() -> Cursor {
        cursor("name", text("okafor"))
    }

    #[test]
    fn a_cursor_round_trips() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let longest = format!("{}\u{1f}{}", "\"".repeat(254), "\\".repeat(254));
        let admin = admin();
        for (sort, key) in [
            ("-name", text("okafor\u{1f}amara")),
            ("name", text(&longest)),
            ("number", SortKey::Integer(1042)),
            ("started_on", SortKey::Date(day)),
        ] {
            let (list, cursor) = (list(sort), cursor(sort, key));
            assert_eq!(admin.decode(&list, &admin.encode(&list, &cursor)), Some(cursor));
        }
    }

    /// G13: a cursor belongs to one tenant, one visibility and one list; only the size of the page may change.
    #[test]
    fn a_cursor_of_another_list_viewer_or_tenant_is_refused() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let (admin, list) = (viewer(&seals, 1, Role::HrAdmin), list("name"));
        let shown = admin.encode(&list, &by_name());
        let page = EmployeeQuery { limit: 200, ..list.clone() };
        assert_eq!(admin.decode(&page, &shown), Some(by_name()));
        let berlin = PrintableText::parse("Berlin", 100).unwrap();
        for other in [
            EmployeeQuery { words: vec!["amar".to_owned()], ..list.clone() },
            EmployeeQuery { location: Some(berlin), ..list.clone() },
            EmployeeQuery { statuses: EmploymentStatus::ALL.into_iter().collect(), ..list.clone() },
            EmployeeQuery { sort: "-name".parse().unwrap(), ..list.clone() },
        ] {
            assert_eq!(admin.decode(&other, &shown), None, "{other}");
        }
        for stranger in [viewer(&seals, 2, Role::HrAdmin), viewer(&seals, 1, Role::Auditor)] {
            assert_eq!(stranger.decode(&list, &shown), None);
        }
        let wrong_kind = cursor("name", SortKey::Integer(1));
        assert_eq!(admin.decode(&list, &admin.encode(&list, &wrong_kind)), None);
    }

    /// G13: a client cannot change the count before a page, nor any other part of a cursor.
    #[test]
    fn a_changed_cursor_is_refused() {
        let (admin, list) = (admin(), list("name"));
        let good = URL_SAFE_NO_PAD.decode(admin.encode(&list, &by_name())).unwrap();
        for bit in 0..good.len() * 8 {
            let mut changed = good.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let text = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(admin.decode(&list, &text), None, "bit {bit}");
        }
        let (json, mac) = good.split_last_chunk::<NAMED_MAC>().unwrap();
        let json = String::from_utf8(json.to_vec()).unwrap();
        for other in ["\"before\":18446744073709551615", "\"before\":51"] {
            let forged = json.replace("\"before\":50", other);
            assert_ne!(forged, json);
            for bytes in [forged.as_bytes().to_vec(), [forged.as_bytes(), mac].concat()] {
                assert_eq!(admin.decode(&list, &URL_SAFE_NO_PAD.encode(bytes)), None, "{other}");
            }
        }
    }

    #[test]
    fn a_forged_cursor_is_refused() {
        let (admin, list) = (admin(), list("name"));
        for odd in ["", "x", "====", "bm90IGpzb24", &"A".repeat(5000)] {
            assert_eq!(admin.decode(&list, odd), None, "{odd}");
        }
    }
}
