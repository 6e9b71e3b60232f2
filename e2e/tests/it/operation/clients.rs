//! G5: `watertight client put` changes only what its options name, `list` prints the applications, `remove` removes one.

use api_types::paths;
use e2e::{Actor, Company, Finished, Stack};
use serde_json::{Value, json};
use uuid::Uuid;

/// Runs `watertight client` with this verb and these options, for this company.
async fn client(company: &Company, verb: &str, arguments: &str) -> Finished {
    let usual = ["client", verb, "--company", company.slug.as_str()];
    let arguments: Vec<&str> = usual.into_iter().chain(arguments.split_whitespace()).collect();
    Stack::get().await.server_config().run(&arguments).await
}

async fn printed(company: &Company, verb: &str, arguments: &str) -> Value {
    serde_json::from_str(&client(company, verb, arguments).await.succeeded()).unwrap()
}

/// The application of this id as `client list` prints it.
async fn listed(company: &Company, id: &str) -> Option<Value> {
    let all = printed(company, "list", "").await;
    all.as_array().unwrap().iter().find(|client| client["client_id"] == id).cloned()
}

const WHOLE: &str = "--id payroll --name Payroll --flow client_credentials --flow code --scope openid --scope hr/employees.read --secret \
                     --redirect-uri https://app.example/back --logout-uri https://app.example/bye \
                     --access-minutes 7 --id-minutes 6 --refresh-minutes 90 --grace-seconds 3";

/// For each option: the field that it changes, and the value that is printed afterwards.
const CHANGES: [(&str, &str, &str); 14] = [
    ("--name Wages", "name", "\"Wages\""),
    ("--flow code", "flows", "[\"code\"]"),
    ("--scope openid", "scopes", "[\"openid\"]"),
    ("--no-scope", "scopes", "[]"),
    ("--redirect-uri https://app.example/a", "redirect_uris", "[\"https://app.example/a\"]"),
    ("--logout-uri https://app.example/b", "logout_uris", "[\"https://app.example/b\"]"),
    ("--no-logout-uri", "logout_uris", "[]"),
    ("--access-minutes 5", "access_minutes", "5"),
    ("--id-minutes 5", "id_minutes", "5"),
    ("--refresh-minutes 60", "refresh_minutes", "60"),
    ("--no-rotation", "rotates", "false"),
    ("--rotation", "rotates", "true"),
    ("--grace-seconds 0", "grace_seconds", "0"),
    ("--public", "public", "true"),
];

/// G5: each option changes only its own field, and `put` without options changes nothing.
#[tokio::test]
async fn put_changes_only_what_it_names() {
    let acme = Company::fresh(Stack::get().await).await;
    let id = format!("payroll{}", Uuid::new_v4().simple());
    let added = printed(&acme, "put", &WHOLE.replace("--id payroll", &format!("--id {id}"))).await;
    assert!(added["client_secret"].is_string());
    let mut expected = listed(&acme, &id).await.unwrap();
    assert_eq!(expected["public"], false);
    assert_eq!((&expected["refresh_minutes"], &expected["rotates"]), (&json!(90), &json!(true)));
    assert!(expected.get("client_secret").is_none());
    for (arguments, field, value) in [("", "name", "\"Payroll\"")].into_iter().chain(CHANGES) {
        let printed = printed(&acme, "put", &format!("--id {id} {arguments}")).await;
        expected[field] = serde_json::from_str(value).unwrap();
        assert_eq!(listed(&acme, &id).await.unwrap(), expected, "{arguments}");
        assert!(printed.get("client_secret").is_none(), "{arguments}: a secret needs `--secret`");
        assert_eq!(printed[field], expected[field], "{arguments}");
    }
}

/// G5: other options keep the secret. `--secret` replaces it, and `--public` is refused for a client with the client credentials grant.
#[tokio::test]
async fn a_secret_stays_unless_another_is_requested() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let machine = "--flow client_credentials --scope hr/employees.read --secret";
    let app = acme.application(machine).await;
    let path = app.path(paths::TOKEN);
    let grant = app.shown(&[("grant_type", "client_credentials")]);
    let id = app.id.as_str();
    client(&acme, "put", &format!("--id {id} --access-minutes 5")).await.succeeded();
    // A node that starts now reads the change at once.
    let node = stack.second_node().await;
    let ask = |fields: &[(&str, &str)]| Actor::at(&node, "").post_form(&path, fields);
    assert_eq!(ask(&grant).expect(200).await.tokens().expires_in, 300);
    ask(&[("grant_type", "client_credentials"), ("client_id", id)]).expect(401).await;

    let refused = client(&acme, "put", &format!("--id {id} --public")).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("client_credentials` needs a secret"), "{}", refused.stderr);
    let both = client(&acme, "put", &format!("--id {id} --public --secret")).await;
    assert_eq!(both.code, Some(2), "{}", both.stderr);

    let another = printed(&acme, "put", &format!("--id {id} --secret")).await;
    let secret = another["client_secret"].as_str().unwrap();
    let node = stack.second_node().await;
    let ask = |fields: &[(&str, &str)]| Actor::at(&node, "").post_form(&path, fields);
    ask(&grant).expect(401).await;
    let shown =
        [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    ask(&shown).expect(200).await.tokens();
}

/// G5: the error names what is missing for a new application, and an application that does not exist or belongs to another company.
#[tokio::test]
async fn missing_options_and_unknown_applications_are_named() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let refused = async |company: &Company, verb: &str, arguments: &str, why: &str| {
        let finished = client(company, verb, arguments).await;
        assert_eq!(finished.code, Some(1), "{arguments}: {}", finished.stderr);
        assert!(finished.stderr.contains(why), "{arguments}: {}", finished.stderr);
        assert!(finished.stderr.contains("\nhint: "), "{arguments}: {}", finished.stderr);
    };
    for arguments in ["", "--id unheard_of"] {
        refused(&acme, "put", arguments, "`--name` is missing").await;
        refused(&acme, "put", &format!("{arguments} --name Test"), "`--flow` is missing").await;
    }
    refused(&acme, "remove", "--id unheard_of", "has no application `unheard_of`").await;
    let app = acme.application("--flow USER_PASSWORD_AUTH").await;
    let id = format!("--id {}", app.id);
    let taken = "another company has an application with this client id";
    refused(&betaco, "put", &format!("{id} --name Ours"), taken).await;
    refused(&betaco, "remove", &id, "has no application").await;
    assert!(listed(&betaco, app.id.as_str()).await.is_none());
    assert!(listed(&acme, app.id.as_str()).await.is_some());
    client(&acme, "remove", &id).await.succeeded();
    assert!(listed(&acme, app.id.as_str()).await.is_none());
}
