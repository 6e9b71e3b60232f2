//! P4: an edit of an older version changes nothing, and its error contains the current version.

use domain::{Role, Version};
use store::{EmployeeEdit, Error, WriteRefusal};

use super::{first, line, rename};
use crate::{company::Company, stack::with_stack};

fn is_stale(error: &Error, version: i64) -> bool {
    let version = Version::try_from(version).expect("a version");
    matches!(error, Error::Refused(WriteRefusal::Stale { version: now }) if *now == version)
}

/// P4: the second of two edits of the same version is refused, and the first one's change is kept.
#[test]
fn a_stale_edit_is_refused_and_nothing_is_lost() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, id) = (acme.as_role(Role::HrAdmin).await, acme.rows.employees[9].id);
        let edited = store.edit_employee(&context, id, first(), &rename("Neu", &acme)).await;
        let edited = edited.expect("edited").expect("there");
        assert_eq!(edited.version.get(), 2);
        let other = EmployeeEdit { position: Some(line("Chief")), ..EmployeeEdit::default() };
        let stale = store.edit_employee(&context, id, first(), &other).await.expect_err("stale");
        assert!(is_stale(&stale, 2), "{stale:?}");
        let now = store.find_employee(&context, id).await.expect("an answer").expect("there");
        assert_eq!(now, edited);
        let both = store.edit_employee(&context, id, edited.version, &other).await;
        let both = both.expect("edited").expect("there");
        assert_eq!((both.version.get(), both.row.position.as_str()), (3, "Chief"));
        assert_eq!(both.row.last_name, edited.row.last_name, "only what is sent changes");
    });
}

/// P4: of many concurrent edits of one version, exactly one is done.
#[test]
fn of_twenty_concurrent_edits_one_is_done() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, id) = (acme.as_role(Role::HrAdmin).await, acme.rows.employees[9].id);
        let edits = (0..20).map(|n| {
            let (store, context, edit) =
                (store.clone(), context.clone(), rename(&format!("Neu{n}"), &acme));
            tokio::spawn(async move { store.edit_employee(&context, id, first(), &edit).await })
        });
        let (mut done, mut stale) = (Vec::new(), 0);
        for edit in edits.collect::<Vec<_>>() {
            match edit.await.expect("it ran") {
                Ok(Some(view)) => done.push(view),
                Err(error) if is_stale(&error, 2) => stale += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((done.len(), stale), (1, 19));
        let now = store.find_employee(&context, id).await.expect("an answer");
        assert_eq!(now.as_ref(), done.first());
    });
}

/// P4: a department has its own versions.
#[test]
fn a_stale_rename_is_refused() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, id) = (acme.as_role(Role::HrAdmin).await, acme.rows.departments[0].id);
        let name = line(&format!("Research {}", acme.canary));
        let renamed = store.edit_department(&context, id, first(), &name).await;
        assert_eq!(
            renamed.expect("renamed").map(|found| found.name).as_deref(),
            Some(name.as_str())
        );
        let stale = store.edit_department(&context, id, first(), &name).await;
        assert!(is_stale(&stale.expect_err("stale"), 2));
    });
}

/// P8: the store refuses writes of an account that may not write, whatever role its session has.
#[test]
fn only_an_hr_admin_whose_account_is_enabled_writes() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let id = acme.rows.employees[9].id;
        for role in [Role::Manager, Role::Employee, Role::Auditor] {
            let context = acme.as_role(role).await;
            let refused = store.edit_employee(&context, id, first(), &rename("X", &acme)).await;
            assert!(matches!(refused, Err(Error::Refused(WriteRefusal::NotPermitted))), "{role:?}");
        }
        let context = acme.as_role(Role::HrAdmin).await;
        let disable =
            format!("update account set disabled = true where tenant_id = '{}'", acme.tenant);
        stack.superuser("watertight").await.run(&disable).await;
        let refused = store.edit_employee(&context, id, first(), &rename("X", &acme)).await;
        assert!(matches!(refused, Err(Error::Refused(WriteRefusal::ActorGone))), "{refused:?}");
    });
}
