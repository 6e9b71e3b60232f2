//! Cursors as clients hold them: opaque, and checked like any other input.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use domain::{Cursor, EmployeeId, EmployeeSort, SortKey};
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;
/// No cursor of ours is longer.
const LONGEST: usize = 1024;

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

/// The text of a cursor.
pub(crate) fn encode(cursor: &Cursor) -> String {
    let key = match &cursor.key {
        SortKey::Text(text) => WireKey::Text(text.to_string()),
        SortKey::Integer(number) => WireKey::Integer(*number),
        SortKey::Date(day) => WireKey::Date(*day),
    };
    let sort = cursor.sort.to_string();
    let wire = Wire {
        v: VERSION,
        sort,
        key,
        id: cursor.id,
        back: cursor.backwards,
        before: cursor.before,
    };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
}

/// The cursor of a text, if it is one of ours for this sort.
pub(crate) fn decode(text: &str, sort: EmployeeSort) -> Option<Cursor> {
    if text.len() > LONGEST {
        return None;
    }
    let wire: Wire = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
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
    use uuid::Uuid;

    use super::*;

    fn cursor(sort: &str, key: SortKey) -> Cursor {
        let id = EmployeeId::from_uuid(Uuid::from_u128(9));
        Cursor { sort: sort.parse().unwrap(), key, id, backwards: true, before: 50 }
    }

    fn text(key: &str) -> SortKey {
        SortKey::Text(key.parse().unwrap())
    }

    #[test]
    fn a_cursor_reads_what_it_writes() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for cursor in [
            cursor("-name", text("okafor\u{1f}amara")),
            cursor("number", SortKey::Integer(1042)),
            cursor("started_on", SortKey::Date(day)),
        ] {
            assert_eq!(decode(&encode(&cursor), cursor.sort), Some(cursor));
        }
    }

    #[test]
    fn a_cursor_of_another_sort_or_kind_is_refused() {
        let name = encode(&cursor("name", text("a")));
        assert_eq!(decode(&name, "-name".parse().unwrap()), None);
        let wrong_kind = encode(&cursor("number", text("a")));
        assert_eq!(decode(&wrong_kind, "number".parse().unwrap()), None);
    }

    #[test]
    fn what_we_did_not_make_is_refused() {
        let sort = EmployeeSort::default();
        let json =
            String::from_utf8(URL_SAFE_NO_PAD.decode(encode(&cursor("name", text("a")))).unwrap());
        let nul = URL_SAFE_NO_PAD.encode(json.unwrap().replace("\"a\"", "\"a\\u0000\""));
        for odd in ["", "x", "====", "bm90IGpzb24", &"A".repeat(5000), &nul] {
            assert_eq!(decode(odd, sort), None, "{odd}");
        }
    }
}
