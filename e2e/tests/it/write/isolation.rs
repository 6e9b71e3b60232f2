//! I4, I10: a write to one company does not change another company, and its reply shows nothing of another.

use api_types::{Code, paths};
use domain::{DepartmentId, EmployeeId, Version};
use e2e::{Actor, Company, Reply, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{create, departments, edit, find, new_employee, rename, terminate};

/// The lists of employees and departments and the first 25 employees' pages, as the company's HR admin reads them.
async fn readable_data(admin: &Actor, company: &Company) -> Vec<String> {
    let everyone =
        format!("{}?limit=200&status=active,on_leave,starting,terminated", paths::EMPLOYEES);
    let mut seen = vec![
        admin.get(&everyone).expect(200).await.text(),
        admin.get(paths::DEPARTMENTS).expect(200).await.text(),
    ];
    for employee in company.roster.employees.iter().take(25) {
        seen.push(admin.get(&paths::employee(employee.id)).expect(200).await.text());
    }
    seen
}

/// I4, I5: in two companies with the same ids, writes to one do not change the other, cached or not, in both directions.
#[tokio::test]
async fn twins_are_written_apart() {
    let twins = Company::twins(Stack::get().await).await;
    let admins = [twins[0].hr_admin().await, twins[1].hr_admin().await];
    for (own, other) in [(0, 1), (1, 0)] {
        let before = readable_data(&admins[other], &twins[other]).await;
        let (admin, company) = (&admins[own], &twins[own]);
        let id = company.roster.employees[20].id;
        create(admin, &new_employee(company, "Neu")).expect(201).await;
        edit(admin, id, 1, &json!({"position": format!("Changed {}", company.canary)}))
            .expect(200)
            .await;
        let department = departments(admin).await.remove(0);
        rename(admin, &department, &format!("Changed {}", company.canary)).expect(200).await;
        terminate(admin, id, 2).expect(200).await;
        terminate(admin, company.roster.employee(), 1).expect(200).await;
        assert_eq!(readable_data(&admins[other], &twins[other]).await, before);
        // The employee of this company has left. The one with the same id at the other company can still sign in.
        if own == 0 {
            twins[other].employee().await.get(paths::SESSION).expect(200).await;
        }
    }
}

/// The parts of a reply in which two replies could differ.
fn comparable_parts(reply: &Reply) -> (u16, String, Vec<String>) {
    let body: Value = reply.json();
    let text = reply.text().replace(body["request_id"].as_str().unwrap(), "…");
    let mut headers: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    (reply.status, text, headers)
}

/// I4, I10: every write gets the same answer for another company's id as for an unknown id, with any version and body, and changes nothing.
#[tokio::test]
async fn a_foreign_id_is_answered_like_an_unknown_id() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (admin, other) = (acme.hr_admin().await, betaco.hr_admin().await);
    let before = readable_data(&other, &betaco).await;
    let ids = [betaco.roster.employee(), EmployeeId::from_uuid(Uuid::new_v4())];
    let places = [betaco.roster.departments[0].id, DepartmentId::from_uuid(Uuid::new_v4())];
    let asked: [[(Method, String); 2]; 3] = [
        ids.map(|id| (Method::PATCH, paths::employee(id))),
        ids.map(|id| (Method::POST, paths::terminate(id))),
        places.map(|id| (Method::PATCH, paths::department(id))),
    ];
    for [foreign, unknown] in asked {
        for tag in [None, Some("\"1\""), Some("\"2\""), Some("*")] {
            for body in [
                json!({}),
                json!({"position": "x"}),
                json!({"name": "x"}),
                json!({"x": 1}),
                json!([]),
            ] {
                let send = async |(method, path): &(Method, String)| {
                    let mut request = admin.request(method.clone(), path).json(&body);
                    if let Some(tag) = tag {
                        request = request.header("if-match", tag);
                    }
                    comparable_parts(&request.send().await)
                };
                let (one, two) = (send(&foreign).await, send(&unknown).await);
                assert_eq!(one, two, "{foreign:?} {tag:?} {body}");
                assert!(one.0 >= 400, "{foreign:?} {tag:?} {body}: {one:?}");
            }
        }
    }
    assert_eq!(readable_data(&other, &betaco).await, before);
}

/// I10: another company's department or manager cannot be assigned, and is refused like an unknown id.
#[tokio::test]
async fn foreign_departments_and_managers_cannot_be_assigned() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    let unknown = Uuid::new_v4().to_string();
    for (field, foreign) in [
        ("department_id", betaco.roster.departments[0].id.to_string()),
        ("manager_id", betaco.roster.manager().to_string()),
    ] {
        let send = async |value: &str| {
            let mut new = serde_json::to_value(new_employee(&acme, "Neu")).unwrap();
            new[field] = json!(value);
            let edited = edit(&admin, id, 1, &json!({field: value})).expect(400).await;
            let created =
                admin.request(Method::POST, paths::EMPLOYEES).json(&new).expect(400).await;
            [comparable_parts(&edited), comparable_parts(&created)]
        };
        assert_eq!(send(&foreign).await, send(&unknown).await, "{field}");
    }
    assert_eq!(find(&admin, id).await.version, Version::try_from(1).unwrap());
}

/// I10: addresses and numbers that another company uses are free: there is no 409 and no gap in the numbers.
#[tokio::test]
async fn values_used_by_another_tenant_are_free() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (admin, other) = (acme.hr_admin().await, betaco.hr_admin().await);
    for n in 0..5 {
        create(&other, &new_employee(&betaco, &format!("Neu{n}"))).expect(201).await;
    }
    let mut new = new_employee(&acme, "Neu");
    new.email = "shared@people.example".to_owned();
    let number = |reply: &Reply| reply.json::<api_types::EmployeeView>().row.number.get();
    assert_eq!(number(&create(&admin, &new).expect(201).await), 1051);
    assert_eq!(number(&create(&other, &new_employee(&betaco, "Letzte")).expect(201).await), 1056);
    let mut same = new_employee(&betaco, "Auch");
    same.email = "shared@people.example".to_owned();
    create(&other, &same).expect(201).await;
    let mut taken = new_employee(&acme, "Nochmal");
    taken.number = Some(1051);
    create(&admin, &taken).expect(409).await.problem(Code::Taken);
    taken.number = Some(1056);
    create(&admin, &taken).expect(201).await;
}
