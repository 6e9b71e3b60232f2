//! Signing in with a password: right, wrong and malformed credentials.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use reqwest::Method;
use serde_json::json;

/// A wrong password and an unknown address get the same answer, so a client does not learn which accounts exist (ASVS 6.3.8).
#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let mut answers = Vec::new();
    let known = acme.email_of(Role::HrAdmin);
    for (email, password) in [
        (known.as_str(), "wrong"),
        ("nobody@acme.example", PASSWORD),
        (&betaco.email_of(Role::HrAdmin), PASSWORD),
        ("no address", PASSWORD),
        (&known, ""),
        (&known, &"x".repeat(4000)),
    ] {
        let reply = acme.visitor().sign_in(email, password).expect(401).await;
        let problem = reply.problem(Code::WrongCredentials);
        assert_eq!(reply.set_cookies(), []);
        answers.push((problem.title, problem.detail, reply.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// A refusal costs the same work whether the address is known or not: one hash. So its duration does not tell which addresses have an account (ASVS 6.3.8).
#[tokio::test]
async fn a_refusal_costs_one_hash_for_an_unknown_address_as_for_a_known_one() {
    let stack = Stack::get().await;
    let (acme, quiet) = (Company::fresh(stack).await, stack.second_node().await);
    let visitor = acme.visitor_on(&quiet);
    let hashes = async || quiet.metrics().await.sum("watertight_hashes_total", &[]);
    let known = acme.email_of(Role::HrAdmin);
    for email in [known.as_str(), "nobody@acme.example", "no address"] {
        let before = hashes().await;
        visitor.sign_in(email, "wrong").expect(401).await;
        assert_eq!(hashes().await - before, 1, "{email}");
    }
}

/// An address is compared in lower case and without spaces around it; a password as it is.
#[tokio::test]
async fn an_address_may_be_typed_in_capitals_and_a_password_may_not() {
    let acme = Company::fresh(Stack::get().await).await;
    let email = acme.email_of(Role::Employee);
    acme.visitor().sign_in(&format!(" {} ", email.to_uppercase()), PASSWORD).expect(201).await;
    acme.visitor().sign_in(&email, &PASSWORD.to_uppercase()).expect(401).await;
    acme.visitor().sign_in(&email, &format!("{PASSWORD} ")).expect(401).await;
}

/// A body with other fields than address and password is refused, above all with a tenant or a role.
#[tokio::test]
async fn a_sign_in_with_a_tenant_or_a_role_in_it_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    for (name, value) in [
        ("tenant_id", json!(acme.tenant)),
        ("company", json!(acme.slug)),
        ("role", json!("hr_admin")),
    ] {
        let mut body = json!({"email": acme.email_of(Role::Employee), "password": PASSWORD});
        body[name] = value;
        acme.visitor()
            .request(Method::POST, paths::SESSION)
            .json(&body)
            .expect(400)
            .await
            .problem(Code::BadRequest);
    }
}
