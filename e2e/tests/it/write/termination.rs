//! P4, S4: terminating an employee signs the employee out on every node at once.

use api_types::{Code, EmployeeView, paths};
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use reqwest::Method;
use serde_json::json;

use super::{edit, find, terminate};

/// P4: when the termination is answered, all sessions of the employee have ended on every node, and signing in is refused. Colleagues and the employee with the
/// same id at another company are not affected.
#[tokio::test]
async fn a_terminated_employee_is_signed_out_everywhere_at_once() {
    let stack = Stack::get().await;
    let ([acme, betaco], second) = (Company::twins(stack).await, stack.second_node().await);
    let admin = acme.hr_admin().await;
    let sessions = [acme.manager().await, acme.actor_on(&second, Role::Manager).await];
    let (colleague, namesake) = (acme.employee().await, betaco.manager().await);
    for session in &sessions {
        session.get(paths::EMPLOYEES).expect(200).await;
    }
    terminate(&admin, acme.roster.manager(), 1).expect(200).await;
    for session in &sessions {
        for node in [&stack.server, &second] {
            for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS] {
                let reply = session.clone().on(node).get(path).expect(401).await;
                reply.problem(Code::NotSignedIn);
            }
        }
    }
    let email = acme.email_of(Role::Manager);
    acme.visitor().sign_in(&email, PASSWORD).expect(401).await.problem(Code::WrongCredentials);
    for alive in [&admin, &colleague, &namesake] {
        alive.get(paths::EMPLOYEES).expect(200).await;
    }
}

/// P4: the reports of a terminated manager now report to that manager's manager, who still sees them.
#[tokio::test]
async fn reports_move_to_the_manager_of_a_terminated_manager() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let (leader, middle) = (acme.roster.manager(), acme.roster.employees[2].id);
    let reports = find(&admin, middle).await.reports;
    assert_eq!(reports.len(), 3);
    terminate(&admin, middle, 1).expect(200).await;
    let manager = acme.manager().await;
    for report in reports {
        let now = find(&manager, report.id).await;
        assert_eq!(now.manager.map(|manager| manager.id), Some(leader));
        // An edit of the old version is refused, because it could undo the move.
        edit(&admin, report.id, 1, &json!({"position": "x"})).expect(412).await;
    }
}

/// P4: a client that lost the reply may repeat the request with the same version, and gets the same answer. Another last day is refused.
#[tokio::test]
async fn a_termination_request_can_be_repeated() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    let once: EmployeeView = terminate(&admin, id, 1).expect(200).await.json();
    let again: EmployeeView = terminate(&admin, id, 1).expect(200).await.json();
    assert_eq!(once, again);
    let other = admin.request(Method::POST, &paths::terminate(id)).header("if-match", "\"2\"");
    let other = other.json(&json!({"ended_on": "2025-12-31"}));
    other.expect(409).await.problem(Code::EmploymentEnded);
}

/// P4: a last day before the start of the employment, in the future or malformed is refused.
#[tokio::test]
async fn an_invalid_last_day_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, id) = (acme.hr_admin().await, acme.roster.employee());
    for odd in ["2199-01-01", "1990-01-01", "2026-02-30", "tomorrow", ""] {
        let request =
            admin.request(Method::POST, &paths::terminate(id)).header("if-match", "\"1\"");
        let reply = request.json(&json!({"ended_on": odd})).expect(400).await;
        let problem = reply.problem(Code::InvalidField);
        assert_eq!(problem.errors[0].field, "ended_on", "{odd}");
    }
    acme.employee().await.get(paths::SESSION).expect(200).await;
}
