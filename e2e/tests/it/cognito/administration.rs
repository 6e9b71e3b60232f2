//! Operations of administrators, which need an access key of the pool.

use std::collections::BTreeSet;

use api_types::paths;
use domain::Role;
use e2e::{AccessKey, Application, CognitoClient, Company, PASSWORD, Server, Stack};
use serde_json::{Value, json};

use super::{CLIENT, Tokens, by_password, get_user, tokens};

/// Two companies, and a node that is configured with an access key for each of their pools.
pub(super) struct World {
    pub(super) acme: Company,
    pub(super) betaco: Company,
    pub(super) key: AccessKey,
    pub(super) their_key: AccessKey,
    pub(super) node: Server,
}

impl World {
    pub(super) async fn fresh() -> Self {
        let stack = Stack::get().await;
        let [acme, betaco] = Company::pair(stack).await;
        let key = AccessKey::of(&acme.db_pool().await);
        let their_key = AccessKey::of(&betaco.db_pool().await);
        let credentials = format!("{},{}", key.configured(), their_key.configured());
        let config = stack.server_config().with("WATERTIGHT_ADMIN_CREDENTIALS", &credentials);
        let node = config.start().await;
        Self { acme, betaco, key, their_key, node }
    }

    /// A client at that node. Its replies may contain no data of companies other than Acme.
    pub(super) fn client(&self) -> CognitoClient {
        CognitoClient::at(&self.node).of(&self.acme.canary)
    }

    /// The answer to an operation of an administrator of Acme, which must succeed.
    pub(super) async fn administer(&self, operation: &str, body: Value) -> Value {
        self.signed_request(operation, body).expect(200).await.operation()
    }

    pub(super) fn signed_request(&self, operation: &str, mut body: Value) -> e2e::Request {
        body["UserPoolId"] = json!(self.key.pool);
        self.client().signed(&self.key, operation, &body)
    }
}

const OPERATIONS: [&str; 9] = [
    "AdminCreateUser",
    "AdminGetUser",
    "AdminSetUserPassword",
    "AdminUserGlobalSignOut",
    "AdminDisableUser",
    "AdminEnableUser",
    "ListUsers",
    "DescribeUserPool",
    "DescribeUserPoolClient",
];

/// T6: each operation of an administrator requires a signature with a key of the pool that it names, and refuses everything else.
#[tokio::test]
async fn only_a_key_of_the_pool_administers_it() {
    let world = World::fresh().await;
    let (client, email) = (world.client(), world.acme.email_of(Role::Employee));
    let body = json!({
        "UserPoolId": world.key.pool, "Username": email, "Password": PASSWORD, "ClientId": "x",
    });
    let theirs =
        json!({ "UserPoolId": world.their_key.pool, "Username": email, "Password": PASSWORD });
    let unknown =
        json!({ "UserPoolId": "eu-local-1_Nobody", "Username": email, "Password": PASSWORD });
    let unheard_of = AccessKey::of(&world.key.pool);
    for operation in OPERATIONS {
        let unsigned = client.ask(operation, &body).expect(400).await;
        unsigned.exception("MissingAuthenticationTokenException");
        for key in [&world.key.with_another_secret(), &unheard_of] {
            let refused = client.signed(key, operation, &body).expect(400).await;
            refused.exception("InvalidSignatureException");
        }
        for (key, body) in
            [(&world.their_key, &body), (&world.key, &theirs), (&world.key, &unknown)]
        {
            let refused = client.signed(key, operation, body).expect(400).await;
            refused.exception("AccessDeniedException");
        }
        // The body is changed after it was signed.
        let changed = client.signed(&world.key, operation, &body).body(theirs.to_string());
        changed.expect(400).await.exception("InvalidSignatureException");
    }
    // A node without configured keys accepts none.
    let shared = world.acme.cognito().signed(&world.key, "ListUsers", &body).expect(400).await;
    shared.exception("InvalidSignatureException");
}

/// T6: an administrator reads an account by address or id. An account of another company is not found.
#[tokio::test]
async fn an_administrator_sees_the_accounts_of_the_pool() {
    let world = World::fresh().await;
    let email = world.acme.email_of(Role::Manager);
    let user = world.administer("AdminGetUser", json!({ "Username": email })).await;
    assert_eq!((&user["Enabled"], &user["UserStatus"]), (&json!(true), &json!("CONFIRMED")));
    assert!(user["UserCreateDate"].is_number() && user["UserLastModifiedDate"].is_number());
    let by_id = world.administer("AdminGetUser", json!({ "Username": user["Username"] })).await;
    assert_eq!(by_id, user);
    let theirs = world.betaco.email_of(Role::Manager);
    for unknown in [theirs.as_str(), "nobody@acme.example", "x", &uuid::Uuid::new_v4().to_string()]
    {
        let refused =
            world.signed_request("AdminGetUser", json!({ "Username": unknown })).expect(400).await;
        refused.exception("UserNotFoundException");
    }
}

/// T6: accounts are listed page by page, each once, and found by address or id.
#[tokio::test]
async fn accounts_are_listed_page_by_page() {
    let world = World::fresh().await;
    let names = |reply: &Value| -> Vec<String> {
        let users = reply["Users"].as_array().unwrap();
        users.iter().map(|user| user["Username"].as_str().unwrap().to_owned()).collect()
    };
    let all = names(&world.administer("ListUsers", json!({})).await);
    assert_eq!(all.len(), Role::ALL.len());
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let page =
            world.administer("ListUsers", json!({ "Limit": 3, "PaginationToken": token })).await;
        seen.extend(names(&page));
        token = page["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, all);
    let email = world.acme.email_of(Role::Auditor);
    let filtered =
        async |filter: String| world.administer("ListUsers", json!({ "Filter": filter })).await;
    let by_email = filtered(format!("email = \"{email}\"")).await;
    let id = names(&by_email)[0].clone();
    for filter in [format!("sub = \"{id}\""), format!("username=\"{id}\"")] {
        assert_eq!(filtered(filter).await, by_email);
    }
    let theirs = world.betaco.email_of(Role::Auditor);
    assert_eq!(filtered(format!("email = \"{theirs}\"")).await["Users"], json!([]));
    let some = json!({ "Filter": format!("sub = \"{id}\""), "AttributesToGet": ["email"] });
    let some = world.administer("ListUsers", some).await;
    assert_eq!(some["Users"][0]["Attributes"], json!([{ "Name": "email", "Value": email }]));
    for odd in [
        json!({ "Limit": 0 }),
        json!({ "Limit": 61 }),
        json!({ "PaginationToken": "x" }),
        json!({ "Filter": "email ^= \"a\"" }),
        json!({ "Filter": "name = \"a\"" }),
        json!({ "Filter": "x" }),
    ] {
        world
            .signed_request("ListUsers", odd)
            .expect(400)
            .await
            .exception("InvalidParameterException");
    }
}

/// T5, T6: when an administrator signs out or disables a user, the user's sessions, access tokens and refresh tokens are refused at once and on every node.
#[tokio::test]
async fn an_administrator_ends_the_sessions_and_tokens_of_a_user() {
    let world = World::fresh().await;
    let (acme, here) = (&world.acme, world.client());
    let (there, portal) = (acme.cognito(), acme.application(CLIENT).await);
    let email = acme.email_of(Role::Employee);
    let named = json!({ "Username": email });
    for operation in ["AdminUserGlobalSignOut", "AdminDisableUser"] {
        let (given, session) = (tokens(acme, &portal, &email).await, acme.employee().await);
        get_user(&here, &given.access).expect(200).await;
        assert_eq!(world.administer(operation, named.clone()).await, json!({}));
        given.assert_revoked(&portal, &[&here, &there]).await;
        session.get(paths::SESSION).expect(401).await;
    }
    let user = world.administer("AdminGetUser", named.clone()).await;
    assert_eq!(user["Enabled"], json!(false));
    let refused = by_password(&here, &portal, &email, PASSWORD).expect(400).await;
    assert_eq!(refused.exception("NotAuthorizedException"), "Incorrect username or password.");
    world.administer("AdminEnableUser", named).await;
    tokens(acme, &portal, &email).await;
}

/// T6: pool and clients are described with Cognito's field names, and without the client's secret.
#[tokio::test]
async fn pool_and_clients_are_described() {
    let world = World::fresh().await;
    let portal = world.acme.application(&format!("{CLIENT} --secret --grace-seconds 7")).await;
    let theirs = world.betaco.application(CLIENT).await;
    let pool = world.administer("DescribeUserPool", json!({})).await;
    assert_eq!(pool["UserPool"]["Id"], json!(world.key.pool));
    let described = |application: &Application| {
        world.signed_request("DescribeUserPoolClient", json!({ "ClientId": application.id }))
    };
    let reply = described(&portal).expect(200).await;
    let client = &reply.operation()["UserPoolClient"];
    assert_eq!(client["ClientId"], json!(portal.id));
    let flows: BTreeSet<&str> =
        client["ExplicitAuthFlows"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(flows, ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"].into());
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 7 });
    assert_eq!(client["RefreshTokenRotation"], rotation);
    assert!(!reply.text().contains(portal.secret.as_ref().unwrap()));
    described(&theirs).expect(400).await.exception("ResourceNotFoundException");
}

/// T6: a password that an administrator sets revokes the user's tokens. Unless it is permanent, the user must change it at the next sign-in.
#[tokio::test]
async fn an_administrator_sets_a_password() {
    let world = World::fresh().await;
    let (acme, client) = (&world.acme, world.client());
    let portal = acme.application(CLIENT).await;
    let email = acme.email_of(Role::Employee);
    let given = tokens(acme, &portal, &email).await;
    let set = |password: &str, permanent: bool| json!({ "Username": email, "Password": password, "Permanent": permanent });
    let refused =
        world.signed_request("AdminSetUserPassword", set("short", true)).expect(400).await;
    refused.exception("InvalidPasswordException");
    world.administer("AdminSetUserPassword", set("set-by-somebody-else", true)).await;
    given.assert_revoked(&portal, &[&client]).await;
    by_password(&client, &portal, &email, PASSWORD)
        .expect(400)
        .await
        .exception("NotAuthorizedException");
    let again = by_password(&client, &portal, &email, "set-by-somebody-else").expect(200).await;
    Tokens::of(&again.operation());
    world.administer("AdminSetUserPassword", set("only-for-a-moment", false)).await;
    let challenged = by_password(&client, &portal, &email, "only-for-a-moment").expect(200).await;
    assert_eq!(challenged.operation()["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let user = world.administer("AdminGetUser", json!({ "Username": email })).await;
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
}
