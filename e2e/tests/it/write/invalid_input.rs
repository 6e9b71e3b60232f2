//! P4, I3, C8: requests that our clients never send are refused clearly, change nothing, and never cause a 5xx.

use api_types::{Code, EmployeeView, FieldCode, paths};
use e2e::{Actor, Company, Stack};
use reqwest::Method;
use serde_json::{Value, json};

use super::{create, edit, find, new_employee, terminate, version};

/// P4: invalid texts and numbers are refused with the name of the field, in every field.
#[tokio::test]
async fn invalid_texts_are_refused_with_the_field_name() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    let long = "a".repeat(101);
    let odd = [
        "",
        " ",
        "a\0b",
        "\0",
        "a\nb",
        "a\u{1f}b",
        "a\u{7f}",
        "a\u{202e}b",
        "\u{2066}x",
        "\u{feff}",
        &long,
    ];
    for field in
        ["first_name", "last_name", "position", "location", "email", "started_on", "status"]
    {
        for text in odd {
            let problem = edit(&admin, id, 1, &json!({field: text}))
                .expect(400)
                .await
                .problem(Code::InvalidField);
            assert_eq!(problem.errors.len(), 1, "{field} {text:?}");
            assert_eq!(problem.errors[0].field, field, "{text:?}");
        }
    }
    for (change, field) in [
        (json!({"phone": "1\u{0}"}), "phone"),
        (json!({"weekly_hours": 169}), "weekly_hours"),
        (json!({"weekly_hours": -1}), "weekly_hours"),
        (json!({"number": 0}), "number"),
        (json!({"number": 1_000_000_000}), "number"),
        (json!({"salary": {"minor_units": -1, "currency": "EUR"}}), "salary.minor_units"),
        (json!({"salary": {"minor_units": i64::MAX, "currency": "EUR"}}), "salary.minor_units"),
        (json!({"salary": {"minor_units": 1, "currency": "eur"}}), "salary.currency"),
        (json!({"salary": {"currency": "EUR"}}), "salary.minor_units"),
        (json!({"manager_id": "1042"}), "manager_id"),
        (json!({"department_id": "' or true--"}), "department_id"),
    ] {
        let problem = edit(&admin, id, 1, &change).expect(400).await.problem(Code::InvalidField);
        assert_eq!(problem.errors[0].field, field, "{change}");
    }
    assert_eq!(find(&admin, id).await.version, version(1));
}

/// P4: one reply names all invalid fields.
#[tokio::test]
async fn one_reply_names_all_invalid_fields() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let reply = admin.request(Method::POST, paths::EMPLOYEES).json(&json!({})).expect(400).await;
    let problem = reply.problem(Code::InvalidField);
    assert!(problem.errors.len() >= 7, "{problem:?}");
    for error in &problem.errors {
        assert_eq!(error.code, FieldCode::Missing, "{problem:?}");
        assert!(error.detail.starts_with(&format!("`{}` is missing", error.field)), "{problem:?}");
    }
}

/// I3: a body with a tenant, an id or a version is refused, and so is other JSON than the expected object.
#[tokio::test]
async fn unknown_fields_and_other_json_are_refused() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    let patch = |body: &Value| edit(&admin, id, 1, body);
    for body in [
        json!({"tenant_id": betaco.tenant.to_string(), "position": "x"}),
        json!({"id": betaco.roster.employee(), "position": "x"}),
        json!({"version": 7, "position": "x"}),
        json!({"first_name": null}),
        json!({"first_name": ["x"]}),
        json!({"salary": 1}),
        json!({"salary": {"minor_units": 1.5, "currency": "EUR"}}),
        json!({"weekly_hours": "40"}),
        json!({"number": 9_223_372_036_854_775_808_u64}),
        json!([]),
        json!(null),
        json!({}),
    ] {
        patch(&body).expect(400).await.problem(Code::BadRequest);
    }
    let mut new = serde_json::to_value(new_employee(&acme, "Neu")).unwrap();
    new["tenant_id"] = json!(betaco.tenant.to_string());
    admin
        .request(Method::POST, paths::EMPLOYEES)
        .json(&new)
        .expect(400)
        .await
        .problem(Code::BadRequest);
    let large = json!({"position": "x".repeat(20_000)});
    patch(&large).expect(413).await.problem(Code::BodyTooLarge);
    let tenant = betaco.tenant.to_string();
    let named = create(&admin, &new_employee(&acme, "Neu")).header("x-tenant-id", &tenant);
    named.expect(400).await.problem(Code::TenantHeaderRefused);
    assert_eq!(find(&admin, id).await.version, version(1));
}

/// C8: a page of another site writes nothing.
#[tokio::test]
async fn another_site_writes_nothing() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    for request in [
        create(&admin, &new_employee(&acme, "Neu")),
        edit(&admin, id, 1, &json!({"position": "x"})),
        terminate(&admin, id, 1),
    ] {
        let from_elsewhere = request.header("sec-fetch-site", "same-site");
        from_elsewhere.expect(403).await.problem(Code::CrossSiteRequest);
    }
    assert_eq!(find(&admin, id).await.version, version(1));
}

/// P4: quotes, markup, SQL and letters with a very long folded form are ordinary text, and are returned unchanged.
#[tokio::test]
async fn special_characters_are_ordinary_text() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for (n, name) in [
        "O'Neill\"; drop table employee;--",
        "<script>alert(1)</script>",
        "%_\\",
        "{a}:*[x]",
        "李 小龙 😀",
        "app.tenant_id()",
        &"\u{fdfa}".repeat(100),
    ]
    .into_iter()
    .enumerate()
    {
        let mut new = new_employee(&acme, &format!("Odd{n}"));
        name.clone_into(&mut new.last_name);
        name.clone_into(&mut new.position);
        name.clone_into(&mut new.location);
        let view: EmployeeView = create(&admin, &new).expect(201).await.json();
        let read = find(&admin, view.row.id).await;
        assert_eq!([&read.row.last_name, &read.row.position, &read.row.location], [name; 3]);
        lists_in_every_order(&admin).await;
    }
}

async fn lists_in_every_order(admin: &Actor) {
    for sort in ["name", "position", "location"] {
        admin.get(&format!("{}?limit=200&sort={sort}", paths::EMPLOYEES)).expect(200).await;
    }
}
