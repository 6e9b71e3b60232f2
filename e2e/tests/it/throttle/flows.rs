//! Every flow that checks a secret: after a burst of wrong secrets it is refused with `Retry-After`.

use std::time::Duration;

use api_types::{Code, OauthError, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Request, Server, Stack, until};
use serde_json::{Value, json};

use super::{config, guess, retry_after};

const LIMITS: [(&str, &str); 4] = [
    ("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "3/600"),
    ("WATERTIGHT_LIMIT_CLIENT_SECRET", "3/600"),
    ("WATERTIGHT_LIMIT_REFRESH_TOKEN", "3/600"),
    ("WATERTIGHT_LIMIT_RESET", "3/600"),
];

/// The flows. The answer to an SRP challenge is not listed: a challenge is counted when it begins, and it accepts one answer.
pub(super) const NAMES: [&str; 12] = [
    "sign-in page",
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "ChangePassword",
    "ForgotPassword",
    "ConfirmForgotPassword",
    "SECRET_HASH",
    "REFRESH_TOKEN_AUTH",
    "GetTokensFromRefreshToken",
    "client secret at the token endpoint",
    "refresh token at the token endpoint",
];

const PUBLIC: &str = "--flow USER_PASSWORD_AUTH --flow USER_SRP_AUTH --flow REFRESH_TOKEN_AUTH";
/// Only a client with a secret may keep its refresh token, as `REFRESH_TOKEN_AUTH` needs it.
const WITHOUT_ROTATION: &str =
    "--flow USER_PASSWORD_AUTH --flow REFRESH_TOKEN_AUTH --secret --no-rotation";
const CONFIDENTIAL: &str =
    "--flow USER_PASSWORD_AUTH --flow client_credentials --scope hr/employees.read --secret";

/// Makes a new request with the same content each time.
pub(super) type Attempt = Box<dyn Fn() -> Request>;

/// Prepares requests with a wrong secret in this flow, at this node.
pub(super) async fn prepare(name: &str, acme: &Company, node: &Server) -> Attempt {
    let email = acme.email_of(Role::Employee);
    let of_secret = matches!(name, "SECRET_HASH" | "client secret at the token endpoint");
    if name == "USER_SRP_AUTH" {
        acme.allow_srp().await;
    }
    let settings = match name {
        "REFRESH_TOKEN_AUTH" => WITHOUT_ROTATION,
        _ if of_secret => CONFIDENTIAL,
        _ => PUBLIC,
    };
    let app = acme.application(settings).await;
    let (client, bare) = (acme.cognito().on(node), Actor::at(node, ""));
    let (id, token) = (app.id.clone(), app.path(paths::TOKEN));
    let operation = move |operation: &'static str, body: Value| -> Attempt {
        Box::new(move || client.ask(operation, &body).without_retry())
    };
    let initiate = |flow: &str, parameters: Value| json!({ "AuthFlow": flow, "ClientId": id, "AuthParameters": parameters });
    match name {
        "sign-in page" => {
            let visitor = acme.visitor_on(node);
            Box::new(move || visitor.sign_in(&email, "wrong").without_retry())
        }
        "USER_PASSWORD_AUTH" => {
            let parameters = json!({ "USERNAME": email, "PASSWORD": "wrong" });
            operation("InitiateAuth", initiate(name, parameters))
        }
        "USER_SRP_AUTH" => {
            let begin = |user: &str| initiate(name, json!({ "USERNAME": user, "SRP_A": "2" }));
            let knows = operation("InitiateAuth", begin("another@acme.example"));
            until("the node to allow SRP", Duration::from_secs(10), async || {
                (knows().send().await.status != 400).then_some(())
            })
            .await;
            let client = acme.cognito().on(node);
            let body = begin(&email);
            Box::new(move || client.ask("InitiateAuth", &body).without_retry())
        }
        "NEW_PASSWORD_REQUIRED" => {
            let responses = json!({ "USERNAME": email, "NEW_PASSWORD": "correct horse" });
            let body = json!({
                "ChallengeName": name, "ClientId": id, "Session": "invented",
                "ChallengeResponses": responses,
            });
            operation("RespondToAuthChallenge", body)
        }
        "ChangePassword" => {
            let parameters = json!({ "USERNAME": email, "PASSWORD": PASSWORD });
            let signed_in = initiate("USER_PASSWORD_AUTH", parameters);
            let signed_in = acme.cognito().on(node).ask("InitiateAuth", &signed_in);
            let given = signed_in.expect(200).await.operation();
            let body = json!({
                "AccessToken": given["AuthenticationResult"]["AccessToken"],
                "PreviousPassword": "wrong", "ProposedPassword": "correct horse",
            });
            operation("ChangePassword", body)
        }
        "ForgotPassword" => {
            operation(name_of(name), json!({ "ClientId": id, "Username": "nobody@acme.example" }))
        }
        "ConfirmForgotPassword" => {
            let body = json!({
                "ClientId": id, "Username": email, "ConfirmationCode": "0123456789ABC",
                "Password": "correct horse",
            });
            operation(name_of(name), body)
        }
        "SECRET_HASH" => {
            let parameters =
                json!({ "USERNAME": email, "PASSWORD": PASSWORD, "SECRET_HASH": "AA==" });
            operation("InitiateAuth", initiate("USER_PASSWORD_AUTH", parameters))
        }
        "REFRESH_TOKEN_AUTH" => {
            let parameters = json!({ "REFRESH_TOKEN": "invented", "SECRET_HASH": "AA==" });
            operation("InitiateAuth", initiate(name, parameters))
        }
        "GetTokensFromRefreshToken" => {
            operation(name_of(name), json!({ "ClientId": id, "RefreshToken": "invented" }))
        }
        "client secret at the token endpoint" => Box::new(move || {
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", app.id.as_str()),
                ("client_secret", "wrong"),
            ];
            bare.post_form(&token, &fields).without_retry()
        }),
        "refresh token at the token endpoint" => {
            Box::new(move || bare.post_form(&token, &app.refresh_grant("invented")).without_retry())
        }
        _ => panic!("no flow `{name}`"),
    }
}

/// The Cognito operation with the same name as the flow.
fn name_of(name: &str) -> &'static str {
    NAMES.iter().find(|known| **known == name).copied().unwrap()
}

/// G2: every flow that checks a secret refuses after three wrong ones, in the error format of its protocol, with a time to wait.
#[tokio::test]
async fn every_flow_refuses_after_a_burst_of_wrong_secrets() {
    let stack = Stack::get().await;
    let node = config(stack, &LIMITS).start().await;
    for name in NAMES {
        let acme = Company::fresh(stack).await;
        let ask = prepare(name, &acme, &node).await;
        for attempt in 0..3 {
            let reply = ask().send().await;
            assert!(reply.status < 429, "{name}, attempt {attempt}: {}", reply.text());
        }
        let refused = ask().send().await;
        assert_eq!(refused.status, 429, "{name}: {}", refused.text());
        assert!((1..=600).contains(&retry_after(&refused)), "{name}");
        match name {
            "sign-in page" => {
                refused.problem(Code::TooManyRequests);
            }
            name if name.ends_with("token endpoint") => {
                refused.oauth(OauthError::TemporarilyUnavailable);
            }
            _ => {
                refused.exception("TooManyRequestsException");
            }
        }
    }
}

/// G2: routes that check the same secret count together, so a guesser gains no attempts by changing the protocol.
#[tokio::test]
async fn the_sign_in_page_and_the_protocol_count_together() {
    let stack = Stack::get().await;
    let node = config(stack, &LIMITS).start().await;
    let acme = Company::fresh(stack).await;
    let by_protocol = prepare("USER_PASSWORD_AUTH", &acme, &node).await;
    for _attempt in 0..3 {
        by_protocol().expect(400).await;
    }
    guess(&acme, &node, &acme.email_of(Role::Employee), "wrong").expect(429).await;
    acme.actor_on(&node, Role::Manager).await;
}
