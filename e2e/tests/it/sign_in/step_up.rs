//! S2: changes that need the password again, and the request that asks for it.

use api_types::{Code, EmployeeView, SessionSettings, StepUp, paths};
use domain::{Role, SessionPolicy};
use e2e::{Actor, Company, PASSWORD, REDIRECT_URI, Request, Stack, token_part};
use reqwest::Method;
use serde_json::{Value, json};

use super::remembered::{age, resume, sign_in, value_in};

/// The HR admin on a remembered device: signed in now, with a password that was entered an hour ago.
async fn without_fresh_password(stack: &Stack, company: &Company) -> Actor {
    let cookie = value_in(&sign_in(company, Role::HrAdmin, true).await);
    age(stack, company, "1 hour").await;
    let resumed = resume(&company.visitor(), &cookie, 201).await;
    company.visitor().with_session(&resumed.session_cookie().value)
}

/// Continues the session with the password under its new id.
async fn with_password(actor: &Actor) -> Actor {
    let shown = StepUp { password: PASSWORD.to_owned() };
    let renewed = actor.request(Method::POST, paths::STEP_UP).json(&shown).with_retry();
    actor.clone().with_session(&renewed.expect(200).await.session_cookie().value)
}

/// A change of the manager in the roster, whose version is `version`.
fn change(actor: &Actor, company: &Company, version: i64, change: &Value) -> Request {
    let path = paths::employee(company.roster.manager());
    let request = actor.request(Method::PATCH, &path);
    request.header("if-match", &format!("\"{version}\"")).json(change)
}

async fn set_policy(actor: &Actor, policy: SessionPolicy) {
    let settings = SessionSettings { policy };
    actor.request(Method::PUT, paths::SESSION_SETTINGS).json(&settings).expect(200).await;
}

/// S2: the e-mail address of an employee is changed with a fresh password only. Nothing is written without it, and other fields need none.
#[tokio::test]
async fn a_change_of_an_address_needs_a_fresh_password() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = without_fresh_password(stack, &acme).await;
    let canary = &acme.canary;
    let address = json!({ "email": format!("new.{canary}@{canary}.example") });
    change(&admin, &acme, 1, &address).expect(403).await.problem(Code::StepUpRequired);
    let other = json!({ "location": format!("Rom {canary}") });
    change(&admin, &acme, 1, &other).expect(200).await;
    let admin = with_password(&admin).await;
    let changed: EmployeeView = change(&admin, &acme, 2, &address).expect(200).await.json();
    assert_eq!(changed.row.email.as_str(), address["email"]);
}

/// S2: under the strict policy a salary is changed with a fresh password only, also when the policy changed after the sign-in.
#[tokio::test]
async fn a_change_of_a_salary_needs_a_fresh_password_under_the_strict_policy() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = without_fresh_password(stack, &acme).await;
    let salary = |amount: i64| json!({ "salary": { "minor_units": amount, "currency": "EUR" } });
    change(&admin, &acme, 1, &salary(1)).expect(200).await;
    set_policy(&acme.hr_admin().await, SessionPolicy::Strict).await;
    change(&admin, &acme, 2, &salary(2)).expect(403).await.problem(Code::StepUpRequired);
    let admin = with_password(&admin).await;
    change(&admin, &acme, 2, &salary(2)).expect(200).await;
}

/// S2, T2: `auth_time` of a token is when the user entered the password, although the session of a remembered device began now. The token changes an e-mail
/// address only if that was a short time ago. A machine has no password, and changes it with its scope.
#[tokio::test]
async fn a_token_tells_when_the_user_entered_the_password() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let canary = &acme.canary;
    let address = |name: &str| json!({ "email": format!("{name}.{canary}@{canary}.example") });
    let (scopes, bare) =
        ("openid hr/employees.read hr/employees.write", Actor::at(&stack.server, ""));
    let own = "--scope hr/employees.read --scope hr/employees.write";
    let flows = "--flow code --flow REFRESH_TOKEN_AUTH --scope openid";
    let app = acme.application(&format!("{flows} --redirect-uri {REDIRECT_URI} {own}")).await;
    let with_token = |token: &str, version: i64, change: &Value| {
        let path = paths::employee(acme.roster.manager());
        let request = acme.visitor().request(Method::PATCH, &path);
        let request = request.header("authorization", &format!("Bearer {token}"));
        request.header("if-match", &format!("\"{version}\"")).json(change)
    };
    let age = |token: &str| {
        let claims = token_part(token, 1);
        claims["iat"].as_i64().unwrap() - claims["auth_time"].as_i64().unwrap()
    };
    let admin = without_fresh_password(stack, &acme).await;
    let old = app.tokens_for(&admin, &bare, scopes).await;
    let grant = app.refresh_grant(old.refresh_token.as_deref().unwrap());
    let refreshed = bare.post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    for tokens in [&old, &refreshed] {
        let id = tokens.id_token.as_deref().unwrap();
        assert!(age(&tokens.access_token) >= 3600 && age(id) >= 3600);
        let refused = with_token(&tokens.access_token, 1, &address("old"));
        refused.expect(403).await.problem(Code::StepUpRequired);
    }
    let fresh = app.tokens_for(&with_password(&admin).await, &bare, scopes).await;
    assert!((0..600).contains(&age(&fresh.access_token)));
    with_token(&fresh.access_token, 1, &address("fresh")).expect(200).await;
    let machine = acme.application(&format!("--flow client_credentials --secret {own}")).await;
    let scopes = "hr/employees.read hr/employees.write";
    let grant = machine.shown(&[("grant_type", "client_credentials"), ("scope", scopes)]);
    let issued = bare.post_form(&machine.path(paths::TOKEN), &grant).expect(200).await.tokens();
    with_token(&issued.access_token, 2, &address("machine")).expect(200).await;
}

/// S2, C3: a session of a remembered device must enter the password again before it changes the session policy. The session then has a new id, and the old one ends
/// at once on every node; the device stays remembered.
#[tokio::test]
async fn a_change_of_the_policy_needs_a_fresh_password() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let cookie = value_in(&sign_in(&acme, Role::HrAdmin, true).await);
    age(stack, &acme, "1 hour").await;
    let resumed = resume(&acme.visitor(), &cookie, 201).await;
    let next = value_in(&resumed);
    let admin = acme.visitor().with_session(&resumed.session_cookie().value);
    let settings = SessionSettings { policy: SessionPolicy::Standard };
    let put = |admin: &Actor| admin.request(Method::PUT, paths::SESSION_SETTINGS).json(&settings);
    put(&admin).expect(403).await.problem(Code::StepUpRequired);
    let step_up = |password: &str| {
        let shown = StepUp { password: password.to_owned() };
        admin.request(Method::POST, paths::STEP_UP).json(&shown).with_retry()
    };
    step_up("wrong").expect(401).await.problem(Code::WrongCredentials);
    admin.get(paths::SESSION).expect(200).await;
    let renewed = step_up(PASSWORD).expect(200).await;
    let again = acme.visitor().with_session(&renewed.session_cookie().value);
    for node in [admin.clone(), admin.clone().on(&second)] {
        node.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    }
    put(&again.clone().on(&second)).expect(200).await;
    resume(&acme.visitor(), &next, 201).await;
}

/// S2, G2: wrong passwords at the step-up count as those at the sign-in, so a stolen session gives no further guesses.
#[tokio::test]
async fn guesses_at_the_step_up_are_counted() {
    let stack = Stack::get().await;
    let node =
        stack.server_config().with("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "2/3600").start().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(&node, Role::HrAdmin).await;
    let guess = StepUp { password: "wrong".to_owned() };
    let step_up = || admin.request(Method::POST, paths::STEP_UP).json(&guess).without_retry();
    step_up().expect(401).await.problem(Code::WrongCredentials);
    let sign_in = admin.clone().signed_out().sign_in(&acme.email_of(Role::HrAdmin), "wrong");
    sign_in.without_retry().expect(401).await.problem(Code::WrongCredentials);
    step_up().expect(429).await.problem(Code::TooManyRequests);
    admin.get(paths::SESSION).expect(200).await;
}
