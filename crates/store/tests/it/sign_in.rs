//! Tests of which accounts may sign in.

use domain::{Email, Role};

use crate::{company::Company, stack::with_stack};

/// Runs a statement as the superuser, to create a state that the store cannot create yet.
async fn db_change(stack: &crate::stack::Stack, sql: String) {
    stack.superuser("watertight").await.run(&sql).await;
}

#[test]
fn a_disabled_account_cannot_sign_in_and_is_not_a_demo_account() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let auditor = acme.account(Role::Auditor);
        db_change(stack, format!("update account set disabled = true where id = '{}'", auditor.id))
            .await;
        assert!(
            store.find_credential(acme.tenant, &auditor.email).await.expect("an answer").is_none()
        );
        let demo = store.demo_tenant(acme.tenant).await.expect("an answer");
        assert!(demo.accounts.iter().all(|account| account.role != Role::Auditor));
    });
}

#[test]
fn a_former_employee_cannot_sign_in() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let manager = acme.account(Role::Manager);
        let employee = manager.employee.expect("employed");
        for (status, signs_in) in [("terminated", false), ("on_leave", true)] {
            db_change(
                stack,
                format!("update employee set status = '{status}' where id = '{employee}'"),
            )
            .await;
            let found =
                store.find_credential(acme.tenant, &manager.email).await.expect("an answer");
            assert_eq!(found.is_some(), signs_in, "{status}");
        }
    });
}

#[test]
fn an_account_without_an_employment_signs_in() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let admin = acme.account(Role::HrAdmin);
        db_change(
            stack,
            format!("update account set employee_id = null where id = '{}'", admin.id),
        )
        .await;
        let found = store
            .find_credential(acme.tenant, &admin.email)
            .await
            .expect("an answer")
            .expect("there");
        assert_eq!(found.employee, None);
        let context = acme.signed_in(admin.id, None, Role::HrAdmin).await;
        let account = store.account(&context).await.expect("an answer").expect("there");
        assert_eq!(
            (account.user_number, account.employee, &account.email),
            (None, None, &admin.email)
        );
    });
}

#[test]
fn an_address_is_found_in_any_spelling_and_the_hash_is_not_printed() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        let typed: Email = " Both@People.EXAMPLE ".parse().expect("an address");
        let found =
            store.find_credential(acme.tenant, &typed).await.expect("an answer").expect("there");
        assert!(!format!("{found:?}").contains("argon2"));
    });
}

/// A maintenance job does not act for a user, so it has no account.
#[test]
fn a_maintenance_job_has_no_account() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 4).await;
        assert!(store.account(&acme.maintenance()).await.expect("an answer").is_none());
    });
}
