//! Test cases for writes that must hold with either lock alone: a write to one company changes no other.

use domain::{AccountId, DepartmentId, EmployeeId, Role, Version};
use store::{EmployeeEdit, Error, Store, WriteRefusal};
use uuid::Uuid;

use crate::{
    company::{Company, everyone},
    write::{draft, first, line, rename, today},
};

const PEOPLE: usize = 31;

/// Everything that can be read about a company, as text.
pub(super) async fn readable_data(store: &Store, company: &Company) -> String {
    let context = company.as_role(Role::HrAdmin).await;
    let mut seen = vec![
        serde_json::to_value(
            store.list_employees(&context, &everyone()).await.expect("a list").rows,
        ),
        serde_json::to_value(store.list_departments(&context).await.expect("a list")),
    ];
    for new in &company.rows.employees {
        seen.push(serde_json::to_value(
            store.find_employee(&context, new.id).await.expect("found"),
        ));
    }
    let seen: Vec<_> =
        seen.into_iter().map(|value| value.expect("it is JSON").to_string()).collect();
    let mut text = seen.join("\n");
    for account in &company.rows.accounts {
        let found = store.find_credential(company.tenant, &account.email).await.expect("an answer");
        text.push_str(found.map_or("-", |found| found.role.as_str()));
    }
    text
}

/// Runs every kind of write on rows of `own`.
async fn write_all(store: &Store, own: &Company) {
    let context = own.as_role(Role::HrAdmin).await;
    let id = own.rows.employees[9].id;
    let created = EmployeeId::from_uuid(Uuid::new_v4());
    store.create_employee(&context, created, &draft(own, "Neu")).await.expect("created");
    let edited = store.edit_employee(&context, id, first(), &rename("Umbenannt", own)).await;
    let edited = edited.expect("edited").expect("there");
    let department = own.rows.departments[1].id;
    let renamed = line(&format!("Umbenannt {}", own.canary));
    let renamed = store.edit_department(&context, department, first(), &renamed).await;
    assert_eq!(renamed.expect("renamed").map(|found| found.version.get()), Some(2));
    let ended = store.terminate_employee(&context, id, edited.version, today()).await;
    assert_eq!(ended.expect("ended").map(|found| found.employee.version.get()), Some(3));
    let account = own.account(Role::Employee).id;
    let before = store.set_role(&context, account, Role::Auditor).await;
    assert_eq!(before.expect("an answer"), Some(Role::Employee));
    let signed_out = store.sign_out_company(&own.maintenance()).await.expect("an answer");
    assert!(signed_out.contains(&account));
}

pub(super) async fn twins_with_the_same_ids_are_written_apart(store: &Store) {
    let twins = Company::twins(store, PEOPLE).await;
    for (own, other) in [(&twins[0], &twins[1]), (&twins[1], &twins[0])] {
        let (mine, theirs) = (readable_data(store, own).await, readable_data(store, other).await);
        write_all(store, own).await;
        assert_eq!(readable_data(store, other).await, theirs, "the other company is as it was");
        let now = readable_data(store, own).await;
        assert!(now != mine && now.contains("Umbenannt") && now.contains("Neu"));
    }
}

pub(super) async fn no_row_of_another_tenant_is_written(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let (context, theirs) =
        (acme.as_role(Role::HrAdmin).await, readable_data(store, &betaco).await);
    for id in [betaco.rows.employees[9].id, EmployeeId::from_uuid(Uuid::new_v4())] {
        for version in [1, 2].map(|version| Version::try_from(version).expect("a version")) {
            let edited = store.edit_employee(&context, id, version, &rename("X", &acme)).await;
            assert!(edited.expect("an answer").is_none());
            let ended = store.terminate_employee(&context, id, version, today()).await;
            assert!(ended.expect("an answer").is_none());
        }
    }
    for id in [betaco.account(Role::Employee).id, AccountId::from_uuid(Uuid::new_v4())] {
        let before = store.set_role(&context, id, Role::HrAdmin).await;
        assert_eq!(before.expect("an answer"), None);
    }
    for id in [betaco.rows.departments[0].id, DepartmentId::from_uuid(Uuid::new_v4())] {
        let renamed = store.edit_department(&context, id, first(), &line("X")).await;
        assert!(renamed.expect("an answer").is_none());
    }
    assert_eq!(readable_data(store, &betaco).await, theirs);
}

pub(super) async fn a_write_cannot_reference_another_tenant(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let (context, own) = (acme.as_role(Role::HrAdmin).await, acme.rows.employees[9].id);
    let unknown = (DepartmentId::from_uuid(Uuid::new_v4()), EmployeeId::from_uuid(Uuid::new_v4()));
    for (department, manager) in
        [(betaco.rows.departments[0].id, betaco.rows.employees[0].id), unknown]
    {
        for (edit, expected) in [
            (
                EmployeeEdit { department: Some(department), ..Default::default() },
                WriteRefusal::UnknownDepartment,
            ),
            (
                EmployeeEdit { manager: Some(Some(manager)), ..Default::default() },
                WriteRefusal::UnknownManager,
            ),
        ] {
            let edited = store.edit_employee(&context, own, first(), &edit).await;
            assert!(matches!(edited, Err(Error::Refused(refusal)) if refusal == expected));
            let mut draft = draft(&acme, "Neu");
            draft.department = edit.department.unwrap_or(draft.department);
            draft.manager = edit.manager.unwrap_or(draft.manager);
            let created = EmployeeId::from_uuid(Uuid::new_v4());
            let created = store.create_employee(&context, created, &draft).await;
            assert!(matches!(created, Err(Error::Refused(refusal)) if refusal == expected));
        }
    }
}

/// I10: numbers, addresses and names are unique within a company only.
pub(super) async fn values_used_by_another_tenant_are_free(store: &Store) {
    let [acme, betaco] = Company::pair(store, PEOPLE).await;
    let context = acme.as_role(Role::HrAdmin).await;
    let stranger = &betaco.rows.employees[3];
    let mut new = draft(&acme, "Neu");
    new.email = stranger.email.clone();
    let next = store
        .create_employee(&context, EmployeeId::from_uuid(Uuid::new_v4()), &new)
        .await
        .expect("another company's address is free");
    let own = acme.rows.employees.iter().map(|new| new.number.get()).max().expect("people");
    assert_eq!(next.row.number.get(), own + 1, "the next number of this company");

    for (number, email, expected) in [
        (Some(acme.rows.employees[3].number), None, WriteRefusal::NumberTaken),
        (None, Some(acme.rows.employees[3].email.clone()), WriteRefusal::EmailTaken),
    ] {
        let mut new = draft(&acme, "Noch");
        new.number = number;
        new.email = email.unwrap_or(new.email);
        let created = EmployeeId::from_uuid(Uuid::new_v4());
        let created = store.create_employee(&context, created, &new).await;
        assert!(matches!(created, Err(Error::Refused(refusal)) if refusal == expected));
    }
    let name = line(&betaco.rows.departments[0].name);
    let id = acme.rows.departments[1].id;
    assert!(store.edit_department(&context, id, first(), &name).await.expect("free").is_some());
    let name = line(&acme.rows.departments[0].name);
    let version = Version::try_from(2).expect("a version");
    let taken = store.edit_department(&context, id, version, &name).await;
    assert!(matches!(taken, Err(Error::Refused(WriteRefusal::NameTaken))));
}
