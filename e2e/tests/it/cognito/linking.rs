//! G12: an account that an administrator creates and an employee that HR creates are linked by their address.

use api_types::{
    ClosedAccounts, Code, EmployeeView, EndedEmployment, NewEmployee, SalaryInput, UnmatchedReason,
    paths,
};
use domain::Role;
use e2e::{Actor, Company, PASSWORD};
use reqwest::Method;
use serde_json::json;

use super::{CLIENT, Tokens, administration::World, by_password, get_user};

/// Creates an account with the password [`PASSWORD`]. Its address is not verified.
async fn account(world: &World, email: &str) {
    let body =
        json!({ "Username": email, "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD });
    world.administer("AdminCreateUser", body).await;
    let body = json!({ "Username": email, "Password": PASSWORD, "Permanent": true });
    world.administer("AdminSetUserPassword", body).await;
}

async fn employee(admin: &Actor, company: &Company, email: &str) -> EmployeeView {
    let new = NewEmployee {
        first_name: "Neu".to_owned(),
        last_name: "Zufall".to_owned(),
        email: email.to_owned(),
        position: "Engineer".to_owned(),
        department_id: company.roster.departments[0].id.to_string(),
        location: "Berlin".to_owned(),
        started_on: "2026-01-15".to_owned(),
        salary: SalaryInput { minor_units: Some(5_000_000), currency: "EUR".to_owned() },
        ..NewEmployee::default()
    };
    admin.request(Method::POST, paths::EMPLOYEES).json(&new).expect(201).await.json()
}

async fn terminate(admin: &Actor, employee: &EmployeeView) -> ClosedAccounts {
    let request = admin.request(Method::POST, &paths::terminate(employee.row.id));
    let request = request.header("if-match", &format!("\"{}\"", employee.version)).json(&json!({}));
    request.expect(200).await.json::<EndedEmployment>().accounts
}

/// G12: leaving closes the account, whichever was created first: its session, tokens and password are refused. The reply tells HR which account was closed.
#[tokio::test]
async fn termination_closes_the_account_in_either_order_of_creation() {
    let world = World::fresh().await;
    let (acme, canary) = (&world.acme, &world.acme.canary);
    let admin = acme.actor_on(&world.node, Role::HrAdmin).await;
    let portal = acme.application(CLIENT).await;
    for account_first in [true, false] {
        let email = format!("leaver-{account_first}@{canary}.example");
        let employee = if account_first {
            account(&world, &email).await;
            employee(&admin, acme, &email).await
        } else {
            let employee = employee(&admin, acme, &email).await;
            account(&world, &email).await;
            employee
        };
        let session = acme.visitor_on(&world.node).signed_in(&email).await;
        let signed_in = by_password(&world.client(), &portal, &email, PASSWORD).expect(200).await;
        let tokens = Tokens::of(&signed_in.operation());
        get_user(&world.client(), &tokens.access).expect(200).await;

        let parameters = terminate(&admin, &employee).await;
        assert_eq!((parameters.closed, parameters.unmatched), (vec![email.clone()], vec![]));
        session.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
        tokens.assert_revoked(&portal, &[&world.client()]).await;
        let user = world.administer("AdminGetUser", json!({ "Username": email })).await;
        assert_eq!(user["Enabled"], false);
        let refused = acme.visitor_on(&world.node).sign_in(&email, PASSWORD).expect(401).await;
        refused.problem(Code::WrongCredentials);
    }
}

/// G12: the reply names an address that matches no account, also if another company has an account with it. That account is not changed.
#[tokio::test]
async fn termination_names_an_address_that_matches_no_account() {
    let world = World::fresh().await;
    let email = format!("both@{}.example", world.acme.canary);
    account(&world, &email).await;
    let admin = world.betaco.actor_on(&world.node, Role::HrAdmin).await;
    let employee = employee(&admin.clone().without_canary_check(), &world.betaco, &email).await;
    let parameters = terminate(&admin.without_canary_check(), &employee).await;
    assert_eq!(parameters.closed, Vec::<String>::new());
    assert_eq!(
        (&parameters.unmatched[0].address, parameters.unmatched[0].reason),
        (&email, UnmatchedReason::NoAccount)
    );
    world.acme.visitor_on(&world.node).signed_in(&email).await;
}

/// G12: users cannot change the address of their own account, neither with Cognito's protocol nor in the employee's record. So they cannot link
/// themselves to another user's employment.
#[tokio::test]
async fn users_cannot_link_themselves_to_another_employment() {
    let world = World::fresh().await;
    let (acme, portal) = (&world.acme, world.acme.application(CLIENT).await);
    let email = acme.email_of(Role::Employee);
    let signed_in = by_password(&world.client(), &portal, &email, PASSWORD).expect(200).await;
    let access = Tokens::of(&signed_in.operation()).access;
    let victim = format!("p1001.{0}@{0}.example", acme.canary);
    let attributes = json!([{ "Name": "email", "Value": victim }]);
    for operation in ["UpdateUserAttributes", "SignUp", "AdminUpdateUserAttributes"] {
        let body = json!({
            "AccessToken": access, "UserAttributes": attributes, "ClientId": portal.id, "Username": victim,
            "Password": PASSWORD, "UserPoolId": world.key.pool,
        });
        let refused = world.client().ask(operation, &body).expect(400).await;
        refused.exception("UnknownOperationException");
    }
    let own = acme.actor_on(&world.node, Role::Employee).await;
    let change = own.request(Method::PATCH, &paths::employee(acme.roster.employee()));
    let change = change.header("if-match", "\"1\"").json(&json!({ "email": victim }));
    change.expect(403).await.problem(Code::Forbidden);
    let user = world.administer("AdminGetUser", json!({ "Username": email })).await;
    assert!(user["UserAttributes"].to_string().contains(&email));
}
