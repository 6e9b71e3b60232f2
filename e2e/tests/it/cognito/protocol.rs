//! The form of the protocol: unknown operations, bodies that are too large, hosts and origins.

use domain::Role;
use e2e::{CognitoClient, Company, PASSWORD, Stack};
use reqwest::Method;
use serde_json::json;

use super::{CLIENT, administration::World, by_password, get_user, renew, tokens};

const JSON: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService.GetUser";

/// T6: an unknown operation or a body that is not JSON is refused with the exception names that all of AWS uses.
#[tokio::test]
async fn an_unknown_operation_is_refused() {
    let client = CognitoClient::at(&Stack::get().await.server);
    for operation in ["", "SignUp", "AdminDeleteUser", "getuser", "GetUser.", "InitiateAuth/x"] {
        let refused = client.ask(operation, &json!({})).expect(400).await;
        refused.exception("UnknownOperationException");
    }
    for (target, media_type, exception) in [
        ("GetUser", JSON, "UnknownOperationException"),
        ("DynamoDB_20120810.GetItem", JSON, "UnknownOperationException"),
        (TARGET, "application/json", "SerializationException"),
        (TARGET, "text/plain", "SerializationException"),
    ] {
        let asked = client.request(Method::POST).header("x-amz-target", target);
        let refused = asked.header("content-type", media_type).body("{}").expect(400).await;
        refused.exception(exception);
    }
    for body in ["", "x", "{", "\"\\ud800"] {
        client.ask_with("GetUser", body).expect(400).await.exception("SerializationException");
    }
    for (operation, body, message) in [
        ("GetUser", json!({}), "Missing required parameter AccessToken"),
        ("GetUser", json!({ "AccessToken": null }), "Missing required parameter AccessToken"),
        ("GetUser", json!({ "AccessToken": 7 }), "Invalid `AccessToken`: expected a string."),
        ("InitiateAuth", json!({ "ClientId": "a" }), "Missing required parameter AuthFlow"),
        (
            "InitiateAuth",
            json!({ "AuthFlow": "x", "ClientId": "a", "AuthParameters": { "PASSWORD": ["s3cret"] } }),
            "Invalid `AuthParameters.PASSWORD`: expected a string.",
        ),
    ] {
        let odd = client.ask(operation, &body).expect(400).await;
        assert_eq!(odd.exception("InvalidParameterException"), message);
    }
    let large = format!("{{\"AccessToken\":\"{}\"}}", "x".repeat(16 << 10));
    client.ask_with("GetUser", large).expect(413).await.exception("RequestEntityTooLargeException");
}

/// T6, I3: only the bare host speaks the protocol, and a header that names a company is refused.
#[tokio::test]
async fn the_protocol_is_served_at_the_bare_host_only() {
    let acme = Company::fresh(Stack::get().await).await;
    let there = acme.visitor().request(Method::POST, "/").header("x-amz-target", TARGET);
    let refused = there.header("content-type", JSON).body("{}").expect(400).await;
    let message = refused.exception("ResourceNotFoundException");
    assert!(message.contains("endpoint"), "{message}");
    let named = acme.cognito().ask("GetUser", &json!({})).header("x-tenant-id", "acme");
    named.expect(400).await.exception("InvalidParameterException");
    let packed = acme.cognito().ask("GetUser", &json!({})).header("content-encoding", "gzip");
    let message = packed.expect(400).await.exception("SerializationException");
    assert!(message.contains("Content-Encoding"), "{message}");
}

/// T6: a page of any site may send requests, without cookies and without an access key. A session cookie is ignored.
#[tokio::test]
async fn a_page_of_any_site_may_send_requests() {
    let acme = Company::fresh(Stack::get().await).await;
    let client = acme.cognito();
    let asked = client
        .request(Method::OPTIONS)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-amz-target");
    let allowed = asked.expect(204).await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some("*"));
    assert_eq!(allowed.header("access-control-allow-headers"), Some("*"));
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    let session = acme.employee().await.session.unwrap();
    let with_cookie = client
        .ask("GetUser", &json!({ "AccessToken": "x" }))
        .header("origin", "https://app.example")
        .cookie(&format!("__Host-session={session}"));
    with_cookie.expect(400).await.exception("NotAuthorizedException");
}

/// I3, T6: every operation refuses a suspended company, also for its administrators, and answers for a deleted one as for one that never existed.
#[tokio::test]
async fn every_operation_refuses_a_closed_tenant() {
    let world = World::fresh().await;
    let (acme, client) = (&world.acme, world.client());
    let (portal, email) = (acme.application(CLIENT).await, acme.email_of(Role::Employee));
    let given = tokens(acme, &portal, &email).await;
    let requests = || {
        let forgot = json!({ "ClientId": portal.id, "Username": email });
        [
            by_password(&client, &portal, &email, PASSWORD),
            renew(&client, &portal, &given.refresh),
            client.ask("ForgotPassword", &forgot),
            get_user(&client, &given.access),
            world.signed_request("AdminGetUser", json!({ "Username": email })),
            world.signed_request("DescribeUserPool", json!({})),
        ]
    };
    for request in requests() {
        request.expect(200).await.operation();
    }
    for (command, exception) in
        [("suspend", "NotAuthorizedException"), ("delete", "ResourceNotFoundException")]
    {
        let parameters = ["tenant", command, "--slug", acme.slug.as_str()];
        Stack::get().await.server_config().run(&parameters).await.succeeded();
        for request in requests() {
            request.expect(400).await.exception(exception);
        }
    }
}
