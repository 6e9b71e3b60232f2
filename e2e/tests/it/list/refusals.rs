//! P2: an invalid list request gets a problem that says what is allowed.

use api_types::{Code, EmployeeRow, Page, paths};
use e2e::{Company, Stack};

use super::list;

/// P2: an invalid value is refused with the name of the parameter and what is allowed.
#[tokio::test]
async fn an_invalid_value_is_refused_with_a_hint() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let long = "a".repeat(101);
    for (query, hint) in [
        ("limit=0", "200"),
        ("limit=201", "200"),
        ("limit=-1", "200"),
        ("limit=1.5", "200"),
        ("limit=99999999999999999999", "200"),
        ("limit=ten", "200"),
        ("sort=age", "started_on"),
        ("sort=--name", "started_on"),
        ("sort=name;drop%20table", "started_on"),
        ("sort=password_hash", "started_on"),
        ("status=gone", "on_leave"),
        ("status=active,", "on_leave"),
        ("status=active;terminated", "on_leave"),
        ("department=finance", "UUID"),
        ("department=%27%20or%20true", "UUID"),
        (&format!("q={long}"), "100"),
        (&format!("location={long}"), "100"),
    ] {
        let reply = admin.get(&format!("{}?{query}", paths::EMPLOYEES)).expect(400).await;
        let problem = reply.problem(Code::InvalidField);
        let name = query.split('=').next().unwrap();
        assert!(
            problem.detail.contains(name) && problem.detail.contains(hint),
            "{query}: {}",
            problem.detail
        );
    }
}

/// P2: an unknown or repeated parameter is refused and not ignored.
#[tokio::test]
async fn an_unknown_or_repeated_parameter_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for query in
        ["offset=10", "page=2", "limit=10&limit=20", "sort=name&sort=salary", "Limit=10", "q[]=a"]
    {
        admin
            .get(&format!("{}?{query}", paths::EMPLOYEES))
            .expect(400)
            .await
            .problem(Code::InvalidField);
    }
}

/// P2: a cursor that this API did not make, that was altered, or that belongs to another order is refused with a hint.
#[tokio::test]
async fn a_malformed_cursor_is_refused_with_a_hint() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    let admin = acme.hr_admin().await;
    let page: Page<EmployeeRow> = list(&admin, "sort=name&limit=10").await;
    let good = page.next_cursor.unwrap();
    let half = &good[..good.len() / 2];
    for odd in [
        "x",
        "1",
        "-",
        "%00",
        "null",
        "e30",
        "eyJ2IjoxfQ",
        "%27%3B--",
        &"A".repeat(5000),
        half,
        &format!("{good}A"),
        &format!("{good}%3D"),
        &good.to_lowercase(),
    ] {
        let problem = admin
            .get(&format!("{}?limit=10&cursor={odd}", paths::EMPLOYEES))
            .expect(400)
            .await
            .problem(Code::InvalidCursor);
        assert!(problem.detail.contains("next_cursor"), "{}", problem.detail);
    }
    for sort in ["-name", "number", "started_on", "position", "salary"] {
        admin
            .get(&format!("{}?limit=10&sort={sort}&cursor={good}", paths::EMPLOYEES))
            .expect(400)
            .await
            .problem(Code::InvalidCursor);
    }
    list(&admin, &format!("sort=name&limit=20&cursor={good}")).await;
}

/// G13: a client cannot make or change a cursor: neither its position nor its count of rows before the page, because each would be another cache key.
#[tokio::test]
async fn a_cursor_written_or_changed_by_the_client_is_refused() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let page: Page<EmployeeRow> = list(&admin, "sort=number&limit=10").await;
    let bytes = URL_SAFE_NO_PAD.decode(page.next_cursor.unwrap()).unwrap();
    // The JSON ends with the count before the page; the MAC follows.
    let begin = bytes.windows(9).position(|part| part == b"\"before\":").unwrap();
    let end = begin + bytes[begin..].iter().position(|byte| *byte == b'}').unwrap() + 1;
    let (json, mac) = (std::str::from_utf8(&bytes[..end]).unwrap(), &bytes[end..]);
    for (from, to) in [
        ("1011", "9223372036854775807"),
        ("1011", "1012"),
        ("\"before\":10", "\"before\":18446744073709551615"),
        ("\"before\":10", "\"before\":11"),
    ] {
        let forged = json.replace(from, to);
        assert_ne!(forged, json, "the control: `{from}` is in it");
        for cursor in [forged.as_bytes().to_vec(), [forged.as_bytes(), mac].concat()] {
            let cursor = URL_SAFE_NO_PAD.encode(cursor);
            let path = format!("{}?sort=number&limit=10&cursor={cursor}", paths::EMPLOYEES);
            admin.get(&path).expect(400).await.problem(Code::InvalidCursor);
        }
    }
}

/// G13: a cursor belongs to its list and to the rows and fields that its viewer sees. It is refused with another filter or for another role, and accepted with
/// another page size.
#[tokio::test]
async fn a_cursor_of_another_list_or_role_is_refused() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    let (admin, auditor) = (acme.hr_admin().await, acme.auditor().await);
    let page: Page<EmployeeRow> = list(&admin, "sort=name&limit=10").await;
    let cursor = page.next_cursor.unwrap();
    list(&admin, &format!("sort=name&limit=7&cursor={cursor}")).await;
    for (who, query) in
        [(&admin, "sort=name&status=active"), (&admin, "sort=name&q=a"), (&auditor, "sort=name")]
    {
        let path = format!("{}?{query}&cursor={cursor}", paths::EMPLOYEES);
        who.get(&path).expect(400).await.problem(Code::InvalidCursor);
    }
}
