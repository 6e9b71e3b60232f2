//! The command line: running setup commands again, the printed API description, and unknown commands.

use api_types::paths;
use e2e::{Company, Stack};
use serde_json::Value;

/// Running `bootstrap` and `migrate` a second time changes nothing, and existing companies stay.
#[tokio::test]
async fn bootstrap_and_migrate_can_be_run_again() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    stack.server_config().bootstrap(&stack.postgres).await;
    stack.server_config().run(&["migrate"]).await.succeeded();
    acme.hr_admin().await.get(paths::EMPLOYEES).expect(200).await;
}

/// `watertight openapi` prints the same document that the server serves.
#[tokio::test]
async fn the_printed_description_is_the_one_that_is_served() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let printed: Value =
        serde_json::from_str(&stack.server_config().run(&["openapi"]).await.succeeded()).unwrap();
    let served: Value = acme.visitor().get(paths::OPENAPI).expect(200).await.json();
    assert_eq!(printed, served);
}

/// An unknown command is refused by name, and `--help` lists the existing commands.
#[tokio::test]
async fn an_unknown_command_is_refused_and_help_lists_the_known_ones() {
    let finished = Stack::get().await.server_config().run(&["unheard-of"]).await;
    assert!(
        finished.code == Some(2) && finished.stderr.contains("unheard-of"),
        "{}",
        finished.stderr
    );
    let help = Stack::get().await.server_config().run(&["--help"]).await.succeeded();
    for command in ["bootstrap", "migrate", "seed", "serve", "openapi"] {
        assert!(help.contains(command), "{help}");
    }
}
