//! P4: the manager chain. No edit creates a cycle, nor do two concurrent ones.

use domain::{EmployeeId, Role};
use store::{EmployeeEdit, Error, WriteRefusal};

use super::{first, today};
use crate::{company::Company, stack::with_stack};

fn with_manager(manager: EmployeeId) -> EmployeeEdit {
    EmployeeEdit { manager: Some(Some(manager)), ..EmployeeEdit::default() }
}

/// P4: no employee may report to themselves, directly or indirectly.
#[test]
fn a_cycle_of_managers_is_refused() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 31).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let top = acme.rows.employees[0].id;
        for id in acme.subtree(top) {
            let refused = store.edit_employee(&context, top, first(), &with_manager(id)).await;
            assert!(
                matches!(refused, Err(Error::Refused(WriteRefusal::ManagerCycle))),
                "{refused:?}"
            );
        }
    });
}

/// P4: each of the two edits alone would be valid; together they would create a cycle.
#[test]
fn two_concurrent_edits_make_no_cycle() {
    with_stack(async |stack| {
        let store = stack.store().await;
        for _round in 0..10 {
            let acme = Company::fresh(&store, 12).await;
            let context = acme.as_role(Role::HrAdmin).await;
            let [one, other] = [1, 2].map(|n| acme.rows.employees[n].id);
            let edits = [(one, other), (other, one)].map(|(employee, manager)| {
                let (store, context) = (store.clone(), context.clone());
                tokio::spawn(async move {
                    store.edit_employee(&context, employee, first(), &with_manager(manager)).await
                })
            });
            let mut done = 0;
            for edit in edits {
                match edit.await.expect("it ran") {
                    Ok(Some(_)) => done += 1,
                    Err(Error::Refused(WriteRefusal::ManagerCycle)) => {}
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(done, 1);
        }
    });
}

/// P4: an employee who has left cannot become a manager; a manager can be removed.
#[test]
fn a_former_employee_cannot_become_a_manager() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.as_role(Role::HrAdmin).await;
        let [employee, leaver] = [8, 10].map(|n| acme.rows.employees[n].id);
        store.terminate_employee(&context, leaver, first(), today()).await.expect("ended");
        let refused = store.edit_employee(&context, employee, first(), &with_manager(leaver)).await;
        assert!(matches!(refused, Err(Error::Refused(WriteRefusal::ManagerLeft))), "{refused:?}");
        let nobody = EmployeeEdit { manager: Some(None), ..EmployeeEdit::default() };
        let edited = store.edit_employee(&context, employee, first(), &nobody).await;
        assert_eq!(edited.expect("edited").expect("there").manager, None);
    });
}
