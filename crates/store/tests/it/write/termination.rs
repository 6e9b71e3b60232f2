//! P4: the end of an employment: reports move up, accounts are disabled, and an HR admin cannot end their own.

use std::collections::BTreeSet;

use domain::{EmployeeId, EmploymentStatus, Role};
use store::{Error, LastDay, WriteRefusal};

use super::{first, rename, today};
use crate::{company::Company, stack::with_stack};

/// P4: reports of the leaver now report to the leaver's manager, and the leaver's accounts cannot sign in.
#[test]
fn termination_moves_the_reports_and_prevents_signing_in() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 31).await;
        let (context, account) = (acme.as_role(Role::HrAdmin).await, acme.account(Role::Manager));
        let leaver = account.employee.expect("employed");
        let before =
            store.find_employee(&context, leaver).await.expect("an answer").expect("there");
        let reports: BTreeSet<EmployeeId> = before.reports.iter().map(|report| report.id).collect();
        let above = before.manager.expect("a manager").id;
        assert!(!reports.is_empty());

        let ended = store.terminate_employee(&context, leaver, first(), today()).await;
        let ended = ended.expect("ended").expect("there");
        assert_eq!(ended.accounts, [account.id]);
        assert_eq!(ended.employee.row.status, EmploymentStatus::Terminated);
        assert_eq!(ended.employee.ended_on, Some(today().today));
        assert!(ended.employee.reports.is_empty());
        let now = store.find_employee(&context, above).await.expect("an answer").expect("there");
        let under: BTreeSet<EmployeeId> = now.reports.iter().map(|report| report.id).collect();
        assert!(under.is_superset(&reports));
        let found = store.find_credential(acme.tenant, &account.email).await.expect("an answer");
        assert!(found.is_none(), "the account is disabled");

        // Reports that moved have a new version. Otherwise an edit of the old version would bring the leaver back as their manager.
        let moved = *reports.first().expect("a report");
        let stale = store.edit_employee(&context, moved, first(), &rename("X", &acme)).await;
        assert!(matches!(stale, Err(Error::Refused(WriteRefusal::Stale { .. }))), "{stale:?}");
    });
}

/// P4: the request can be repeated if its reply was lost, but not with another last day. The record cannot be edited any more.
#[test]
fn a_repeated_termination_changes_nothing() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, id) =
            (acme.as_role(Role::HrAdmin).await, acme.account(Role::Employee).employee);
        let id = id.expect("employed");
        let once = store.terminate_employee(&context, id, first(), today()).await;
        let again = store.terminate_employee(&context, id, first(), today()).await;
        let [once, again] = [once, again].map(|ended| ended.expect("ended").expect("there"));
        assert_eq!((once.employee, once.accounts.len()), (again.employee.clone(), 1));
        assert_eq!(once.accounts, again.accounts, "so that their sessions can be ended again");
        let other = LastDay { requested: today().today.pred_opt(), ..today() };
        let refused = store.terminate_employee(&context, id, again.employee.version, other).await;
        assert!(
            matches!(refused, Err(Error::Refused(WriteRefusal::EmploymentEnded))),
            "{refused:?}"
        );
        let edit = rename("X", &acme);
        let refused = store.edit_employee(&context, id, again.employee.version, &edit).await;
        assert!(
            matches!(refused, Err(Error::Refused(WriteRefusal::EmploymentEnded))),
            "{refused:?}"
        );
    });
}

/// P4: HR admins cannot end their own employment, and of two that end each other's concurrently, one fails.
#[test]
fn at_least_one_hr_admin_remains() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (one, other) = (acme.account(Role::HrAdmin), acme.account(Role::Auditor));
        let promote = format!("update account set role = 'hr_admin' where id = '{}'", other.id);
        stack.superuser("watertight").await.run(&promote).await;
        // The last employee leads all others, because a leaver with reports must have a manager.
        let top = format!(
            "update employee set manager_id = null where tenant_id = '{0}';
             update employee set manager_id = '{1}' where tenant_id = '{0}' and id <> '{1}'",
            acme.tenant, acme.rows.employees[11].id
        );
        stack.superuser("watertight").await.run(&top).await;
        let contexts = [
            acme.signed_in(one.id, one.employee, Role::HrAdmin).await,
            acme.signed_in(other.id, other.employee, Role::HrAdmin).await,
        ];
        let ids = [one, other].map(|account| account.employee.expect("employed"));
        let own = store.terminate_employee(&contexts[0], ids[0], first(), today()).await;
        assert!(matches!(own, Err(Error::Refused(WriteRefusal::OwnEmployment))), "{own:?}");

        let ending = [(0, 1), (1, 0)].map(|(who, whom)| {
            let (store, context, id) = (store.clone(), contexts[who].clone(), ids[whom]);
            tokio::spawn(
                async move { store.terminate_employee(&context, id, first(), today()).await },
            )
        });
        let mut done = 0;
        for ended in ending {
            match ended.await.expect("it ran") {
                Ok(Some(_)) => done += 1,
                Err(Error::Refused(WriteRefusal::ActorGone)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 1);
    });
}

/// P4: an employee with reports and no manager cannot leave, because the reports would have no manager.
#[test]
fn an_employee_with_reports_and_no_manager_cannot_be_terminated() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, top) = (acme.maintenance(), acme.rows.employees[0].id);
        let refused = store.terminate_employee(&context, top, first(), today()).await;
        assert!(matches!(refused, Err(Error::Refused(WriteRefusal::HasReports))), "{refused:?}");
        let now = store.find_employee(&context, top).await.expect("an answer").expect("there");
        assert!(!now.reports.is_empty() && now.version == first(), "nothing was changed");
    });
}
