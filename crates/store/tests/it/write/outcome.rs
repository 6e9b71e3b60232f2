//! G8: the error of a write tells whether the write may have been committed.

use domain::Role;
use store::Error;

use super::{first, rename};
use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

/// A trigger function for `employee` that affects only the test's company.
fn trigger(company: &Company, when: &str, action: &str) -> String {
    format!(
        "create function {when}_fails() returns trigger language plpgsql as $$
         begin
             if new.tenant_id = '{}' then {action}; end if;
             return new;
         end $$;",
        company.tenant
    )
}

/// G8: after a statement that fails, or a deferred check that fails at the commit, nothing is committed.
#[test]
fn after_a_refused_write_nothing_is_committed() {
    with_stack(async |stack| {
        stack.make_database("refused").await;
        let store = stack.store_as("watertight_app", "refused").await;
        let mut superuser = stack.superuser("refused").await;
        let [acme, betaco] = Company::pair(&store, 12).await;
        let raise = "raise exception 'no'";
        superuser.run(&trigger(&acme, "statement", raise)).await;
        superuser.run(&trigger(&betaco, "commit", raise)).await;
        superuser
            .run(
                "create trigger statement_fails before update on employee
                    for each row execute function statement_fails();
                 create constraint trigger commit_fails after update on employee
                    deferrable initially deferred for each row execute function commit_fails()",
            )
            .await;
        for company in [&acme, &betaco] {
            let (context, id) =
                (company.as_role(Role::HrAdmin).await, company.rows.employees[9].id);
            let failed = store.edit_employee(&context, id, first(), &rename("X", company)).await;
            let error = failed.expect_err("a trigger refuses it");
            assert!(matches!(error, Error::Statement(_)), "{error:?}");
            assert!(!error.may_be_committed() && !error.is_temporary(), "{error:?}");
            let now = store.find_employee(&context, id).await.expect("an answer").expect("there");
            assert_eq!(now.version, first(), "nothing is written");
        }
    });
}

/// G8: if PostgreSQL closes the connection during the commit, the outcome is unknown, and the error says so.
#[test]
fn after_a_commit_without_an_answer_the_outcome_is_unknown() {
    with_stack(async |stack| {
        stack.make_database("unanswered").await;
        let store = stack.store_as("watertight_app", "unanswered").await;
        let mut superuser = stack.superuser("unanswered").await;
        let acme = Company::fresh(&store, 12).await;
        let end = "perform pg_terminate_backend(pg_backend_pid())";
        superuser.run(&trigger(&acme, "commit", end)).await;
        superuser.run("alter function commit_fails() security definer").await;
        superuser
            .run(
                "create constraint trigger commit_fails after update on employee
                    deferrable initially deferred for each row execute function commit_fails()",
            )
            .await;
        let (context, id) = (acme.as_role(Role::HrAdmin).await, acme.rows.employees[9].id);
        let failed = store.edit_employee(&context, id, first(), &rename("X", &acme)).await;
        let error = failed.expect_err("the connection ends");
        assert!(matches!(error, Error::CommitUnanswered(_)), "{error:?}");
        assert!(error.may_be_committed() && error.is_temporary(), "{error:?}");
        let total = store.list_employees(&context, &everyone()).await.expect("a list").total;
        assert_eq!(total, 12, "the next unit of work gets a working connection");
    });
}
