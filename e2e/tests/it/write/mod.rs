//! P4: creating, editing and terminating employees over HTTP, and renaming departments.

mod conflicts;
mod fresh;
mod invalid_input;
mod isolation;
mod termination;
mod verbs;

use api_types::{Department, Departments, EmployeeView, NewEmployee, SalaryInput, paths};
use domain::{EmployeeId, Version};
use e2e::{Actor, Company, Request};
use reqwest::Method;
use serde_json::{Value, json};

/// A new employee with this first name, and the company's canary in every text.
pub(crate) fn new_employee(company: &Company, first_name: &str) -> NewEmployee {
    let canary = &company.canary;
    NewEmployee {
        first_name: format!("{first_name} {canary}"),
        last_name: format!("Zufall {canary}"),
        email: format!("{first_name}.{canary}@{canary}.example"),
        position: format!("Engineer {canary}"),
        department_id: company.roster.departments[0].id.to_string(),
        location: format!("Berlin {canary}"),
        started_on: "2026-01-15".to_owned(),
        salary: SalaryInput { minor_units: Some(5_000_000), currency: "EUR".to_owned() },
        manager_id: Some(company.roster.manager().to_string()),
        ..NewEmployee::default()
    }
}

pub(crate) fn create(actor: &Actor, new: &NewEmployee) -> Request {
    actor.request(Method::POST, paths::EMPLOYEES).json(new)
}

fn edit(actor: &Actor, id: EmployeeId, version: i64, change: &Value) -> Request {
    let request = actor.request(Method::PATCH, &paths::employee(id));
    request.header("if-match", &format!("\"{version}\"")).json(change)
}

fn rename(actor: &Actor, department: &Department, name: &str) -> Request {
    let request = actor.request(Method::PATCH, &paths::department(department.id));
    request.header("if-match", &format!("\"{}\"", department.version)).json(&json!({"name": name}))
}

fn terminate(actor: &Actor, id: EmployeeId, version: i64) -> Request {
    let request = actor.request(Method::POST, &paths::terminate(id));
    request.header("if-match", &format!("\"{version}\"")).json(&json!({}))
}

async fn find(actor: &Actor, id: EmployeeId) -> EmployeeView {
    actor.get(&paths::employee(id)).expect(200).await.json()
}

async fn departments(actor: &Actor) -> Vec<Department> {
    let departments: Departments = actor.get(paths::DEPARTMENTS).expect(200).await.json();
    departments.items
}

fn version(number: i64) -> Version {
    Version::try_from(number).unwrap()
}
