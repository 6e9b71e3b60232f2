//! P4: changes that conflict with each other, and changes that are not allowed.

use api_types::{Code, EmployeeView, paths};
use e2e::{Company, Stack};
use futures_util::future::join_all;
use serde_json::json;

use super::{create, edit, find, new_employee, terminate, version};

/// P4: of twenty edits of one version, on two nodes at once, exactly one succeeds. The others get the current version, and no change is lost.
#[tokio::test]
async fn of_twenty_concurrent_edits_one_is_done_and_nothing_is_lost() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (here, id) = (acme.hr_admin().await, acme.roster.employee());
    let there = here.clone().on(&second);
    let replies = join_all((0..20).map(|n| {
        let actor = if n % 2 == 0 { &here } else { &there };
        edit(actor, id, 1, &json!({"position": format!("Title {n}")})).send()
    }))
    .await;
    let done: Vec<EmployeeView> =
        replies.iter().filter(|reply| reply.status == 200).map(e2e::Reply::json).collect();
    assert_eq!(done.len(), 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!(reply.status, 412, "{}", reply.text());
        assert_eq!(reply.problem(Code::StaleVersion).version, Some(version(2)));
    }
    for actor in [&here, &there] {
        assert_eq!(find(actor, id).await, done[0]);
    }
}

/// P4: clients that read again after a conflict all succeed with their change in the end.
#[tokio::test]
async fn a_client_that_reads_again_succeeds_with_its_change() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let (here, id) = (acme.hr_admin().await, acme.roster.employee());
    let there = here.clone().on(&second);
    let before = find(&here, id).await;
    join_all((0..8).map(|n| {
        let actor = if n % 2 == 0 { &here } else { &there };
        async move {
            loop {
                let now = find(actor, id).await;
                let hours = json!({"weekly_hours": now.weekly_hours + 1});
                let reply = edit(actor, id, now.version.get(), &hours).send().await;
                if reply.status == 200 {
                    return;
                }
                assert_eq!(reply.status, 412, "{}", reply.text());
            }
        }
    }))
    .await;
    let now = find(&here, id).await;
    assert_eq!((now.weekly_hours, now.version), (before.weekly_hours + 8, version(9)));
}

/// P4: a number, address, status, manager or department that is taken or not allowed is refused with the name of the field.
#[tokio::test]
async fn taken_or_invalid_values_are_refused_with_the_field_name() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, roster) = (acme.hr_admin().await, &acme.roster);
    let (id, leader) = (roster.employee(), roster.manager());
    let other = &roster.employees[20];
    let gone = roster.employees[7].id;
    let unknown = uuid::Uuid::new_v4().to_string();
    for (whom, change, status, code, field) in [
        (id, json!({"number": other.number}), 409, Code::Taken, "number"),
        (id, json!({"email": other.email}), 409, Code::Taken, "email"),
        (id, json!({"email": other.email.as_str().to_uppercase()}), 409, Code::Taken, "email"),
        (id, json!({"department_id": unknown}), 400, Code::InvalidField, "department_id"),
        (id, json!({"manager_id": unknown}), 400, Code::InvalidField, "manager_id"),
        (id, json!({"manager_id": gone}), 400, Code::InvalidField, "manager_id"),
        (id, json!({"status": "terminated"}), 400, Code::InvalidField, "status"),
        (leader, json!({"manager_id": leader}), 409, Code::ManagerCycle, ""),
        (leader, json!({"manager_id": id}), 409, Code::ManagerCycle, ""),
        (gone, json!({"position": "x"}), 409, Code::EmploymentEnded, ""),
    ] {
        let problem = edit(&admin, whom, 1, &change).expect(status).await.problem(code);
        let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields.join(" "), field, "{change}");
    }
    let top = roster.employees[0].id;
    terminate(&admin, top, 1).expect(409).await.problem(Code::HasReports);
    terminate(&admin, roster.hr_admin(), 1).expect(409).await.problem(Code::OwnEmployment);
    assert_eq!(find(&admin, id).await.version, version(1), "nothing was changed");
}

/// P4: of two moves at once that together would make a cycle of managers, only one succeeds.
#[tokio::test]
async fn two_concurrent_moves_make_no_cycle() {
    let stack = Stack::get().await;
    let second = stack.second_node().await;
    for _round in 0..3 {
        let acme = Company::fresh(stack).await;
        let admin = acme.hr_admin().await;
        let [one, other] = [20, 21].map(|n| acme.roster.employees[n].id);
        let (first, there) = (json!({"manager_id": other}), json!({"manager_id": one}));
        let (a, b) = tokio::join!(
            edit(&admin, one, 1, &first).send(),
            edit(&admin.clone().on(&second), other, 1, &there).send()
        );
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", a.text(), b.text());
    }
}

/// P4: many creations at once get different numbers.
#[tokio::test]
async fn concurrent_creations_get_different_numbers() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let here = acme.hr_admin().await;
    let there = here.clone().on(&second);
    let mut numbers: Vec<i64> =
        join_all(
            (0..10).map(|n| {
                let actor = if n % 2 == 0 { &here } else { &there };
                let new = new_employee(&acme, &format!("Neu{n}"));
                async move {
                    create(actor, &new).expect(201).await.json::<EmployeeView>().row.number.get()
                }
            }),
        )
        .await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1051..1061).collect::<Vec<_>>());
    here.get(paths::EMPLOYEES).expect(200).await;
}
