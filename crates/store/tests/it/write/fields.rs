//! P4: every field of an employee is stored and read. The literals name every field, so that a new field does not compile here until its value is compared.

use api_types::{DepartmentRef, EmployeeRef, EmployeeRow, EmployeeView};
use chrono::NaiveDate;
use domain::{
    Currency, EmployeeId, EmployeeNumber, EmploymentStatus, Money, Role, Version, WeeklyHours,
};
use store::{EmployeeDraft, EmployeeEdit, NewEmployee};
use uuid::Uuid;

use super::{first, line};
use crate::{company::Company, stack::with_stack};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn number(number: i64) -> EmployeeNumber {
    EmployeeNumber::try_from(number).expect("a number")
}

fn department(company: &Company, index: usize) -> DepartmentRef {
    let department = &company.rows.departments[index];
    DepartmentRef { id: department.id, name: department.name.clone() }
}

fn reference(new: &NewEmployee) -> EmployeeRef {
    let name = format!("{} {}", new.first_name, new.last_name);
    EmployeeRef { id: new.id, name, position: new.position.clone() }
}

/// An employee to create. No two texts are equal, so that a value in the wrong column shows.
fn draft(company: &Company) -> EmployeeDraft {
    EmployeeDraft {
        number: Some(number(2001)),
        first_name: line("First"),
        last_name: line("Last"),
        email: format!("first@{}.example", company.canary).parse().expect("an address"),
        phone: Some(line("+49 30 1")),
        position: line("Position"),
        department: company.rows.departments[1].id,
        location: line("Location"),
        status: EmploymentStatus::OnLeave,
        started_on: day("2026-01-02"),
        weekly_hours: WeeklyHours::try_from(31).expect("hours"),
        salary: Money { minor_units: 5_000_001, currency: Currency::Gbp },
        manager: Some(company.rows.employees[0].id),
    }
}

fn created(company: &Company, id: EmployeeId) -> EmployeeView {
    EmployeeView {
        row: EmployeeRow {
            id,
            number: number(2001),
            first_name: "First".to_owned(),
            last_name: "Last".to_owned(),
            email: format!("first@{}.example", company.canary),
            position: "Position".to_owned(),
            department: department(company, 1),
            location: "Location".to_owned(),
            status: EmploymentStatus::OnLeave,
            started_on: day("2026-01-02"),
            salary: Some(Money { minor_units: 5_000_001, currency: Currency::Gbp }),
        },
        version: first(),
        phone: "+49 30 1".to_owned(),
        weekly_hours: 31,
        ended_on: None,
        manager: Some(reference(&company.rows.employees[0])),
        reports: Vec::new(),
    }
}

/// An edit of every field. No value is equal to that of [`draft`].
fn edit(company: &Company) -> EmployeeEdit {
    EmployeeEdit {
        number: Some(number(2002)),
        first_name: Some(line("Other first")),
        last_name: Some(line("Other last")),
        email: Some(format!("other@{}.example", company.canary).parse().expect("an address")),
        phone: Some(Some(line("+49 30 2"))),
        position: Some(line("Other position")),
        department: Some(company.rows.departments[2].id),
        location: Some(line("Other location")),
        status: Some(EmploymentStatus::Active),
        started_on: Some(day("2026-02-03")),
        weekly_hours: Some(WeeklyHours::try_from(32).expect("hours")),
        salary: Some(Money { minor_units: 5_000_002, currency: Currency::Usd }),
        manager: Some(Some(company.rows.employees[1].id)),
    }
}

fn edited(company: &Company, id: EmployeeId) -> EmployeeView {
    EmployeeView {
        row: EmployeeRow {
            id,
            number: number(2002),
            first_name: "Other first".to_owned(),
            last_name: "Other last".to_owned(),
            email: format!("other@{}.example", company.canary),
            position: "Other position".to_owned(),
            department: department(company, 2),
            location: "Other location".to_owned(),
            status: EmploymentStatus::Active,
            started_on: day("2026-02-03"),
            salary: Some(Money { minor_units: 5_000_002, currency: Currency::Usd }),
        },
        version: Version::try_from(3).expect("a version"),
        phone: "+49 30 2".to_owned(),
        weekly_hours: 32,
        ended_on: None,
        manager: Some(reference(&company.rows.employees[1])),
        reports: Vec::new(),
    }
}

/// P4: every field of a new employee is read again, and so is every field that an edit changes. An edit of no field changes the version only.
#[test]
fn every_field_of_an_employee_is_created_edited_and_read() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let id = EmployeeId::from_uuid(Uuid::new_v4());
        let new = store.create_employee(&context, id, &draft(&acme)).await.expect("created");
        assert_eq!(new, created(&acme, id));
        let nothing = EmployeeEdit::default();
        let same = store.edit_employee(&context, id, first(), &nothing).await.expect("an answer");
        let version = Version::try_from(2).expect("a version");
        assert_eq!(same, Some(EmployeeView { version, ..created(&acme, id) }));
        let other = store.edit_employee(&context, id, version, &edit(&acme)).await;
        assert_eq!(other.expect("an answer"), Some(edited(&acme, id)));
        let found = store.find_employee(&context, id).await.expect("an answer");
        assert_eq!(found, Some(edited(&acme, id)));
    });
}

/// P1: every field of the employees that are added with a company is read again.
#[test]
fn every_field_of_an_added_employee_is_read() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        for new in &acme.rows.employees {
            let found = store.find_employee(&context, new.id).await.expect("an answer");
            let found = found.expect("the employee was added");
            let manager = acme.rows.employees.iter().find(|other| Some(other.id) == new.manager);
            assert_eq!(found.manager, manager.map(reference));
            let department = acme.rows.departments.iter().find(|one| one.id == new.department);
            let department = department.expect("a department of the company");
            let expected = EmployeeView {
                row: EmployeeRow {
                    id: new.id,
                    number: new.number,
                    first_name: new.first_name.clone(),
                    last_name: new.last_name.clone(),
                    email: new.email.to_string(),
                    position: new.position.clone(),
                    department: DepartmentRef { id: department.id, name: department.name.clone() },
                    location: new.location.clone(),
                    status: new.status,
                    started_on: new.started_on,
                    salary: Some(new.salary),
                },
                version: first(),
                phone: new.phone.clone(),
                weekly_hours: new.weekly_hours,
                ended_on: new.ended_on,
                manager: found.manager.clone(),
                reports: found.reports.clone(),
            };
            assert_eq!(found, expected);
        }
    });
}
