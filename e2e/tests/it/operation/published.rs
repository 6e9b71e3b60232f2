//! G6: the secrets that are published in this repository are accepted only where the product's public address is `localhost`.

use e2e::{ServerConfig, Stack, fresh_root_key};

use super::start_up::failed_clearly;

const FORMER_ROOT_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PUBLIC_URL: &str = "https://hr.example.com";

/// A stack whose database roles have fresh passwords, and a configuration for it with a public address.
async fn public_config() -> (&'static Stack, ServerConfig) {
    let stack = Stack::of_its_own().await;
    let mut config = stack.server_config().with("WATERTIGHT_PUBLIC_URL", PUBLIC_URL);
    for role in ["owner", "app", "platform"] {
        let password = fresh_root_key();
        let sql = format!("alter role watertight_{role} password '{password}'");
        stack.postgres.db_as_superuser(&sql).await;
        config = config.with(&format!("WATERTIGHT_{}_PASSWORD", role.to_uppercase()), &password);
    }
    (stack, config)
}

/// Commands that unseal values or connect to a store, each with the variables of the secrets that it uses.
const COMMANDS: [(&str, &[&str]); 9] = [
    ("serve", &["ROOT_KEY", "ROOT_KEY_PREVIOUS", "APP_PASSWORD", "PLATFORM_PASSWORD"]),
    ("reseal --check", &["ROOT_KEY", "ROOT_KEY_PREVIOUS", "APP_PASSWORD", "PLATFORM_PASSWORD"]),
    ("client list --company acme", &["APP_PASSWORD", "PLATFORM_PASSWORD"]),
    ("client put --company acme --name a --flow code", &["ROOT_KEY", "PLATFORM_PASSWORD"]),
    ("keys rotate --company acme", &["ROOT_KEY", "PLATFORM_PASSWORD"]),
    ("tenant suspend --slug acme", &["APP_PASSWORD", "PLATFORM_PASSWORD"]),
    ("incident alerts", &["APP_PASSWORD", "PLATFORM_PASSWORD"]),
    ("migrate", &["OWNER_PASSWORD"]),
    ("bootstrap", &["OWNER_PASSWORD", "APP_PASSWORD", "SUPERUSER_URL"]),
];

/// G6: each command refuses each published secret that it uses, at a public address.
#[tokio::test]
async fn a_published_secret_is_refused_at_a_public_address() {
    let (stack, config) = public_config().await;
    let superuser = stack.postgres.superuser_url("postgres");
    let config = config
        .with("WATERTIGHT_ROOT_KEY_PREVIOUS", &fresh_root_key())
        .with("WATERTIGHT_SUPERUSER_URL", "postgres://postgres:another@127.0.0.1:1/postgres");
    for (command, variables) in COMMANDS {
        let arguments: Vec<&str> = command.split(' ').collect();
        for variable in variables {
            let published = match *variable {
                "ROOT_KEY" | "ROOT_KEY_PREVIOUS" => FORMER_ROOT_KEY,
                "SUPERUSER_URL" => superuser.as_str(),
                "OWNER_PASSWORD" => "owner-of-the-tests",
                _ => "app-of-the-tests",
            };
            let variable = format!("WATERTIGHT_{variable}");
            println!("{command} {variable}");
            let finished = config.clone().with(&variable, published).run(&arguments).await;
            let named = format!("`{variable}`");
            failed_clearly(&finished, &[&named, "is published in the repository"]);
            assert!(!finished.stderr.contains(published), "{}", finished.stderr);
        }
    }
}

/// G6: the control: the product starts at a public address with fresh secrets, and on `localhost` with published ones.
#[tokio::test]
async fn other_secrets_are_accepted_at_a_public_address() {
    let (_, config) = public_config().await;
    drop(config.clone().with("WATERTIGHT_ROOT_KEY", &fresh_root_key()).start().await);
    let local = config
        .with("WATERTIGHT_PUBLIC_URL", "http://localhost:8080")
        .with("WATERTIGHT_ROOT_KEY", FORMER_ROOT_KEY);
    drop(local.start().await);
}
