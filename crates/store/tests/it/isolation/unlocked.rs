//! I4: with filter and policy both off, only the stamp is left: every query returns own data or an error.

use std::fmt::Debug;

use domain::{EmployeeId, EmployeeQuery, Role};
use lab::{Faults, Lock};
use store::{Error, Store};
use uuid::Uuid;

use super::writes::readable_data;
use crate::{
    company::{Company, everyone},
    stack::{Stack, with_stack},
    write::{draft, first, line, rename, today},
};

const PEOPLE: usize = 12;

/// Two companies in their own database, with a store that has all locks and one that has neither filter nor policy.
struct Unlocked {
    honest: Store,
    open: Store,
    companies: [Company; 2],
    stopped: u32,
}

impl Unlocked {
    async fn new(stack: &Stack, database: &str, twins: bool) -> Self {
        stack.make_database(database).await;
        let grant = format!("grant connect on database {database} to lab_bypass");
        stack.superuser(database).await.run(&grant).await;
        let honest = stack.store_as("watertight_app", database).await;
        let faults = Faults::default();
        faults.switch_off(Lock::Filter);
        let open = stack.store_as("lab_bypass", database).await.with_faults(faults);
        let companies = if twins {
            Company::twins(&honest, PEOPLE).await
        } else {
            Company::pair(&honest, PEOPLE).await
        };
        Self { honest, open, companies, stopped: 0 }
    }

    /// Checks that a result is the one of the store with all locks, or an error because of a foreign row.
    fn check<T: PartialEq + Debug>(&mut self, verb: &str, got: Result<T, Error>, honest: &T) {
        match got {
            Ok(answer) => assert_eq!(
                answer, *honest,
                "{verb}: the result differs from that of the store with all locks"
            ),
            Err(Error::ForeignRow) => self.stopped += 1,
            Err(other) => panic!("{verb}: {other:?}"),
        }
    }
}

/// I4: all reads, including aggregates and lookups, for companies with equal ids and with different ids.
#[test]
fn without_filter_and_policy_every_read_answers_own_data_or_nothing() {
    with_stack(async |stack| {
        for (database, twins) in [("unlocked_twins", true), ("unlocked_pair", false)] {
            let mut test = Unlocked::new(stack, database, twins).await;
            for own in test.companies.clone() {
                reads(&mut test, &own).await;
            }
            assert!(test.stopped > 20, "no foreign row was found, so the test proves nothing");
        }
    });
}

async fn reads(test: &mut Unlocked, own: &Company) {
    let (open, honest) = (test.open.clone(), test.honest.clone());
    for role in Role::ALL {
        let context = own.as_role(role).await;
        for words in [vec![], vec!["anna".to_owned()], vec!["nobody-of-this-name".to_owned()]] {
            for limit in [1, 200] {
                let query = EmployeeQuery { words: words.clone(), limit, ..everyone() };
                let right = honest.list_employees(&context, &query).await.expect("a list");
                test.check("list_employees", open.list_employees(&context, &query).await, &right);
            }
        }
        for company in test.companies.clone() {
            for new in &company.rows.employees {
                let right = honest.find_employee(&context, new.id).await.expect("an answer");
                test.check("find_employee", open.find_employee(&context, new.id).await, &right);
            }
        }
        let right = honest.list_departments(&context).await.expect("a list");
        test.check("list_departments", open.list_departments(&context).await, &right);
        let name =
            |account: Option<store::Account>| account.map(|found| (found.name, found.user_number));
        for account in own.rows.accounts.iter().map(|account| account.id) {
            let right = honest.remembered_devices(&context, account).await.expect("a list");
            let got = open.remembered_devices(&context, account).await;
            test.check("remembered_devices", got, &right);
        }
        let right = name(honest.account(&context).await.expect("an answer"));
        test.check("account", open.account(&context).await.map(name), &right);
    }
    for account in &own.rows.accounts {
        let hash = |found: Option<store::Credential>| {
            found.map(|found| (found.account, found.password_hash))
        };
        let right =
            hash(honest.find_credential(own.tenant, &account.email).await.expect("an answer"));
        let got = open.find_credential(own.tenant, &account.email).await.map(hash);
        test.check("find_credential", got, &right);
    }
    let right = honest.demo_tenant(own.tenant).await.expect("an answer").headcount;
    test.check(
        "demo_tenant",
        open.demo_tenant(own.tenant).await.map(|demo| demo.headcount),
        &right,
    );
}

/// I4: whatever a write without filter and policy does, the other company stays unchanged.
#[test]
fn without_filter_and_policy_no_write_changes_another_tenant() {
    with_stack(async |stack| {
        for (database, twins) in [("unlocked_twins_w", true), ("unlocked_pair_w", false)] {
            let mut test = Unlocked::new(stack, database, twins).await;
            let [acme, betaco] = test.companies.clone();
            for (own, other) in [(&acme, &betaco), (&betaco, &acme)] {
                let before = readable_data(&test.honest, other).await;
                writes(&mut test, own, other).await;
                assert_eq!(readable_data(&test.honest, other).await, before, "{database}");
            }
            assert!(test.stopped > 4, "no foreign row was found, so the test proves nothing");
        }
    });
}

async fn writes(test: &mut Unlocked, own: &Company, other: &Company) {
    let (open, context) = (test.open.clone(), own.as_role(Role::HrAdmin).await);
    let done = |result: Result<bool, Error>| result.map(|_| ());
    for company in [own, other] {
        let [id, leaver] = [9, 8].map(|n| company.rows.employees[n].id);
        let department = company.rows.departments[1].id;
        let edited = open.edit_employee(&context, id, first(), &rename("X", own)).await;
        test.check("edit_employee", done(edited.map(|found| found.is_some())), &());
        let name = line(&format!("X {}", own.canary));
        let renamed = open.edit_department(&context, department, first(), &name).await;
        test.check("edit_department", done(renamed.map(|found| found.is_some())), &());
        let ended = open.terminate_employee(&context, leaver, first(), today()).await;
        test.check("terminate_employee", done(ended.map(|found| found.is_some())), &());
        let account = company.account(Role::Employee).id;
        let changed = open.set_role(&context, account, Role::Auditor).await;
        test.check("set_role", done(changed.map(|found| found.is_some())), &());
    }
    let signed_out = open.sign_out_company(&own.maintenance()).await;
    test.check("sign_out_company", signed_out.map(|_| ()), &());
    let id = EmployeeId::from_uuid(Uuid::new_v4());
    let created = open.create_employee(&context, id, &draft(own, "X")).await;
    test.check("create_employee", created.map(|_| ()), &());
    let removed = open.remove_tenant_rows(&own.maintenance()).await;
    test.check("remove_tenant_rows", removed, &());
}
