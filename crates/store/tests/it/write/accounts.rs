//! G12: an account is linked to the employee with its e-mail address, whichever was created first.
//!
//! An unverified address that the account's owner chose links nothing.

use api_types::{ClosedAccounts, UnmatchedReason};
use domain::{AccountId, Email, EmployeeId, Role};
use store::{EmployeeEdit, Error, NewPerson, Store, WriteRefusal};
use tenancy::TenantContext;
use uuid::Uuid;

use super::{draft, first, today};
use crate::{company::Company, stack::with_stack};

/// Creates an account like an administrator, so its address is not verified.
async fn account(store: &Store, context: &TenantContext, email: &Email) -> AccountId {
    let account = AccountId::from_uuid(Uuid::new_v4());
    let new = NewPerson {
        account,
        name: "Neu".to_owned(),
        email: email.clone(),
        role: Role::Employee,
        email_verified: false,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$neu".to_owned(),
    };
    store.create_person(context, new).await.expect("made");
    account
}

async fn employee(store: &Store, company: &Company, email: &Email) -> EmployeeId {
    let id = EmployeeId::from_uuid(Uuid::new_v4());
    let mut new = draft(company, "Neu");
    new.email = email.clone();
    store.create_employee(&company.maintenance(), id, &new).await.expect("created");
    id
}

async fn linked(store: &Store, company: &Company, account: AccountId) -> Option<EmployeeId> {
    let person = store.person(company.tenant, account).await.expect("an answer");
    person.expect("there is such an account").employee
}

/// Terminates the employee at this version and returns what HR is told about their accounts.
async fn terminate(
    store: &Store,
    company: &Company,
    id: EmployeeId,
    version: i64,
) -> ClosedAccounts {
    let version = domain::Version::try_from(version).expect("a version");
    let ended = store.terminate_employee(&company.maintenance(), id, version, today()).await;
    ended.expect("ended").expect("there").report
}

fn address(company: &Company, name: &str) -> Email {
    format!("{name}@{}.example", company.canary).parse().expect("an address")
}

async fn may_sign_in(store: &Store, company: &Company, email: &Email) -> bool {
    store.find_credential(company.tenant, email).await.expect("an answer").is_some()
}

/// G12: the account is created first, the employee is created first, or an employee's address is edited. Another company's account with that address does not
/// change.
#[test]
fn an_account_and_its_employee_are_linked_in_either_order() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::pair(&store, 12).await;
        let context = acme.maintenance();
        for (n, account_first) in [true, false].into_iter().enumerate() {
            let email = address(&acme, &format!("order{n}"));
            let theirs = account(&store, &betaco.maintenance(), &email).await;
            let (account, id) = if account_first {
                let account = account(&store, &context, &email).await;
                (account, employee(&store, &acme, &email).await)
            } else {
                let id = employee(&store, &acme, &email).await;
                (account(&store, &context, &email).await, id)
            };
            assert_eq!(linked(&store, &acme, account).await, Some(id), "{account_first}");
            let terminated = terminate(&store, &acme, id, 1).await;
            assert_eq!(
                (terminated.closed, terminated.unmatched),
                (vec![email.to_string()], vec![])
            );
            assert!(!may_sign_in(&store, &acme, &email).await);
            assert!(may_sign_in(&store, &betaco, &email).await);
            assert_eq!(linked(&store, &betaco, theirs).await, None);
        }
        let (email, id) = (address(&acme, "edited"), acme.rows.employees[9].id);
        let account = account(&store, &context, &email).await;
        let edit = EmployeeEdit { email: Some(email.clone()), ..EmployeeEdit::default() };
        store.edit_employee(&context, id, first(), &edit).await.expect("edited").expect("there");
        assert_eq!(linked(&store, &acme, account).await, Some(id));
        assert_eq!(terminate(&store, &acme, id, 2).await.closed, [email.to_string()]);
    });
}

/// G12: an employee and an account with the same address that are created concurrently are linked, whichever commits first.
#[test]
fn an_account_and_an_employee_created_concurrently_are_linked() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let context = acme.maintenance();
        for n in 0..20 {
            let email = address(&acme, &format!("once{n}"));
            let (account, id) =
                tokio::join!(account(&store, &context, &email), employee(&store, &acme, &email));
            assert_eq!(linked(&store, &acme, account).await, Some(id), "{n}");
        }
    });
}

/// G12: an address that the account's owner chose links nothing until it is verified, and HR is told that the account was not closed.
#[test]
fn an_unverified_address_links_nothing() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let (context, mut superuser) = (acme.maintenance(), stack.superuser("watertight").await);
        let email = address(&acme, "attacker");
        let attacker = account(&store, &context, &email).await;
        let chosen = format!("update account set email_set_by = 'owner' where id = '{attacker}'");
        superuser.run(&chosen).await;
        let victim = employee(&store, &acme, &email).await;
        assert_eq!(linked(&store, &acme, attacker).await, None, "by creating the employee");
        let edit = EmployeeEdit { email: Some(email.clone()), ..EmployeeEdit::default() };
        store.edit_employee(&context, victim, first(), &edit).await.expect("edited");
        assert_eq!(linked(&store, &acme, attacker).await, None, "by editing the employee");
        let terminated = terminate(&store, &acme, victim, 2).await;
        assert_eq!(terminated.closed, Vec::<String>::new());
        let unmatched = &terminated.unmatched[0];
        assert_eq!(unmatched.address, email.to_string());
        assert_eq!(unmatched.reason, UnmatchedReason::NotLinked);
        assert!(may_sign_in(&store, &acme, &email).await, "the account is not disabled");

        let email = address(&acme, "verified");
        let owner = account(&store, &context, &email).await;
        let verified = format!(
            "update account set email_set_by = 'owner', email_verified = true where id = '{owner}'"
        );
        superuser.run(&verified).await;
        let id = employee(&store, &acme, &email).await;
        assert_eq!(linked(&store, &acme, owner).await, Some(id));
    });
}

/// G12: an account stays with its employee when another employee gets its address. HR is told this, and is told when no account has an address.
#[test]
fn an_account_is_not_taken_from_its_employee() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let own = acme.account(Role::Employee);
        let id = employee(&store, &acme, &own.email).await;
        assert_eq!(linked(&store, &acme, own.id).await, own.employee);
        let terminated = terminate(&store, &acme, id, 1).await;
        assert_eq!(terminated.closed, Vec::<String>::new());
        assert_eq!(terminated.unmatched[0].reason, UnmatchedReason::OtherEmployee);
        assert!(may_sign_in(&store, &acme, &own.email).await);

        let alone = terminate(&store, &acme, acme.rows.employees[9].id, 1).await;
        assert_eq!(alone.unmatched[0].reason, UnmatchedReason::NoAccount);
        // The account's address differs from the employee's. It is closed because it is linked, and HR is told that no account has the employee's own address.
        let both = terminate(&store, &acme, own.employee.expect("employed"), 1).await;
        assert_eq!(both.closed, [own.email.to_string()]);
        assert_eq!(both.unmatched[0].reason, UnmatchedReason::NoAccount);
    });
}

/// G12, P4: an HR admin whose session is older than the link to their own employment cannot end that employment.
#[test]
fn a_newly_linked_hr_admin_cannot_end_their_own_employment() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 12).await;
        let admin = acme.account(Role::HrAdmin);
        let unlink = format!("update account set employee_id = null where id = '{}'", admin.id);
        stack.superuser("watertight").await.run(&unlink).await;
        let context = acme.signed_in(admin.id, None, Role::HrAdmin).await;
        let id = employee(&store, &acme, &admin.email).await;
        let refused = store.terminate_employee(&context, id, first(), today()).await;
        assert!(matches!(refused, Err(Error::Refused(WriteRefusal::OwnEmployment))), "{refused:?}");
    });
}
