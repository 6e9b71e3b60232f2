//! P4, P8: creating, editing, renaming and terminating, for each role.

use api_types::{Code, Department, EmployeeView, Page, paths};
use domain::{EmploymentStatus, Role};
use e2e::{Company, Stack};
use reqwest::Method;
use serde_json::json;

use super::{create, departments, edit, find, new_employee, rename, terminate, version};

/// P4: an employee is created, edited and terminated, and each reply equals the next read.
#[tokio::test]
async fn an_employee_is_created_edited_and_terminated() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let reply = create(&admin, &new_employee(&acme, "Neu")).expect(201).await;
    let new: EmployeeView = reply.json();
    let location = reply.header("location").unwrap();
    assert_eq!(location, paths::employee(new.row.id));
    assert_eq!((new.version, new.row.status), (version(1), EmploymentStatus::Active));
    assert_eq!((new.row.number.get(), new.weekly_hours), (1051, 40));
    assert_eq!(new.manager.as_ref().map(|manager| manager.id), Some(acme.roster.manager()));
    assert_eq!(find(&admin, new.row.id).await, new);

    let change =
        json!({"position": "Lead", "weekly_hours": 20, "manager_id": null, "phone": "+49 30 1"});
    let edited: EmployeeView = edit(&admin, new.row.id, 1, &change).expect(200).await.json();
    assert_eq!((edited.version, edited.row.position.as_str()), (version(2), "Lead"));
    assert_eq!((edited.weekly_hours, edited.phone.as_str()), (20, "+49 30 1"));
    assert_eq!((&edited.manager, &edited.row.last_name), (&None, &new.row.last_name));
    assert_eq!(find(&admin, new.row.id).await, edited);

    let ended: EmployeeView = terminate(&admin, new.row.id, 2).expect(200).await.json();
    assert_eq!((ended.version, ended.row.status), (version(3), EmploymentStatus::Terminated));
    assert!(ended.ended_on.is_some());
    assert_eq!(find(&admin, new.row.id).await, ended);
    let page: Page<api_types::EmployeeRow> =
        admin.get(&format!("{}?q=1051", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!(page.total, 0, "a terminated employee is listed only on request");
}

/// P4: a department's new name is shown everywhere at once.
#[tokio::test]
async fn a_renamed_department_is_renamed_everywhere() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let old = departments(&admin).await.remove(0);
    let name = format!("Aardvarks {}", acme.canary);
    let renamed: Department = rename(&admin, &old, &name).expect(200).await.json();
    assert_eq!(renamed, Department { name: name.clone(), version: version(2), ..old.clone() });
    assert_eq!(departments(&admin).await[0], renamed);
    let page: Page<api_types::EmployeeRow> =
        admin.get(&format!("{}?sort=department", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!(page.items[0].department.name, name);
    rename(&admin, &old, "Again").expect(412).await.problem(Code::StaleVersion);
}

/// P8: only an HR admin may write. Other roles get 403 before the server looks at the body, the version or whether the id exists.
#[tokio::test]
async fn only_an_hr_admin_writes() {
    let acme = Company::fresh(Stack::get().await).await;
    let department = departments(&acme.hr_admin().await).await.remove(0);
    let before = find(&acme.hr_admin().await, acme.roster.employee()).await;
    for role in [Role::Manager, Role::Employee, Role::Auditor] {
        let actor = acme.actor(role).await;
        let own = acme.roster.employee();
        let unknown = domain::EmployeeId::from_uuid(uuid::Uuid::new_v4());
        for request in [
            create(&actor, &new_employee(&acme, "Neu")),
            edit(&actor, own, 1, &json!({"position": "Boss"})),
            edit(&actor, unknown, 1, &json!({"position": "Boss"})),
            terminate(&actor, own, 1),
            rename(&actor, &department, "Mine"),
            actor.request(Method::POST, paths::EMPLOYEES).body("no json"),
            actor.request(Method::PATCH, &paths::employee(own)),
            actor.request(Method::POST, &paths::terminate(unknown)),
        ] {
            request.expect(403).await.problem(Code::Forbidden);
        }
    }
    assert_eq!(find(&acme.hr_admin().await, acme.roster.employee()).await, before);
    let visitor = acme.visitor();
    create(&visitor, &new_employee(&acme, "Neu")).expect(401).await.problem(Code::NotSignedIn);
}

/// P4: a change needs the version that it was made from, as one strong ETag in `If-Match`.
#[tokio::test]
async fn a_change_without_its_version_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    let department = acme.roster.departments[0].id;
    for (method, path) in [
        (Method::PATCH, paths::employee(id)),
        (Method::POST, paths::terminate(id)),
        (Method::PATCH, paths::department(department)),
    ] {
        let ask = || admin.request(method.clone(), &path).json(&json!({"name": "x"}));
        let problem = ask().expect(428).await.problem(Code::PreconditionRequired);
        assert!(problem.detail.contains("If-Match"), "{}", problem.detail);
        let etag = admin.get(paths::EMPLOYEES).expect(200).await.etag();
        for odd in ["*", "1", "W/\"1\"", "\"1\", \"2\"", "\"\"", "\"-1\"", "\"1.0\"", &etag] {
            ask().header("if-match", odd).expect(400).await.problem(Code::InvalidField);
        }
    }
    assert_eq!(find(&admin, id).await.version, version(1));
}

/// P4: a client that lost the reply to a creation and sends it again does not create a second employee.
#[tokio::test]
async fn a_repeated_creation_adds_no_second_employee() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, new) = (acme.hr_admin().await, new_employee(&acme, "Neu"));
    create(&admin, &new).expect(201).await;
    let problem = create(&admin, &new).expect(409).await.problem(Code::Taken);
    assert_eq!(
        problem.errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
        ["email"]
    );
    let page: Page<api_types::EmployeeRow> =
        admin.get(&format!("{}?q=neu", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!(page.total, 1);
}
