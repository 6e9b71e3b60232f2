//! Invalid configuration and unavailable stores are reported at start: an error, a hint, exit code 1.

use e2e::{Finished, Redis, ServerConfig, Stack, closed_port, db_redis};

/// Fails unless the command exited with code 1, an error first and at least one hint, in lower case and without a full stop, and names all `words`.
pub(super) fn failed_clearly(finished: &Finished, words: &[&str]) {
    let Finished { code, stdout, stderr } = finished;
    assert_eq!(*code, Some(1), "{stderr}");
    assert!(!stdout.contains("listening"), "{stdout}");
    let said: Vec<&str> = stderr
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("hint: "))
        .collect();
    assert!(said.first().is_some_and(|line| line.starts_with("error: ")), "{stderr}");
    assert!(said.iter().any(|line| line.starts_with("hint: ")), "{stderr}");
    for line in &said {
        let sentence = line.split_once(": ").unwrap().1;
        assert!(
            !sentence.starts_with(char::is_uppercase)
                || sentence.starts_with(|c: char| !c.is_ascii_alphabetic())
                || is_a_name(sentence),
            "lower case: {line}"
        );
        assert!(!line.ends_with('.'), "no full stop: {line}");
    }
    for word in words {
        assert!(stderr.contains(word), "`{word}` in:\n{stderr}");
    }
}

/// Whether the sentence begins with a name that keeps its capital letter.
fn is_a_name(sentence: &str) -> bool {
    ["PostgreSQL", "Redis"].iter().any(|name| sentence.starts_with(name))
}

async fn serve(config: ServerConfig) -> Finished {
    config.run(&["serve"]).await
}

/// O6: the server does not start if the session Redis or the cache Redis is down.
#[tokio::test]
async fn without_redis_the_server_does_not_start() {
    let unreachable = format!("redis://127.0.0.1:{}/0", closed_port());
    for variable in ["REDIS_SESSION_URL", "REDIS_CACHE_URL"] {
        let config = Stack::get().await.server_config().with(variable, &unreachable);
        failed_clearly(&serve(config).await, &[variable]);
    }
}

/// O6: neither `serve` nor `migrate` starts if PostgreSQL is down.
#[tokio::test]
async fn without_postgresql_the_server_does_not_start() {
    let unreachable = format!("postgres://127.0.0.1:{}/watertight", closed_port());
    let config = Stack::get().await.server_config().with("WATERTIGHT_DATABASE_URL", &unreachable);
    failed_clearly(&serve(config.clone()).await, &["postgresql", "WATERTIGHT_DATABASE_URL"]);
    failed_clearly(&config.run(&["migrate"]).await, &["postgresql"]);
}

/// A password that PostgreSQL refuses is an error that does not show the password.
#[tokio::test]
async fn a_wrong_database_password_is_an_error_with_a_hint() {
    for variable in ["WATERTIGHT_APP_PASSWORD", "WATERTIGHT_PLATFORM_PASSWORD"] {
        let config =
            Stack::get().await.server_config().with(variable, "not-the-password-of-that-role");
        let finished = serve(config).await;
        failed_clearly(&finished, &["postgresql refuses"]);
        assert!(!finished.stderr.contains("not-the-password-of-that-role"), "{}", finished.stderr);
    }
}

/// A database that does not exist, or that was not migrated, is an error at start.
#[tokio::test]
async fn a_database_without_tables_is_an_error_with_a_hint() {
    let stack = Stack::get().await;
    let url = |name: &str| format!("postgres://{}/{name}", stack.postgres.address());
    let missing = stack.server_config().with("WATERTIGHT_DATABASE_URL", &url("no_such_database"));
    failed_clearly(&serve(missing).await, &["postgresql refuses"]);
    let empty = stack.server_config().with("WATERTIGHT_DATABASE_URL", &url("never_migrated"));
    empty.bootstrap(&stack.postgres).await;
    failed_clearly(&serve(empty).await, &["apply the migrations"]);
}

/// I4: a database role that could bypass the policies is refused at start, with the reason.
#[tokio::test]
async fn a_role_that_bypasses_the_policies_is_refused() {
    let own = Stack::of_its_own().await;
    for (attribute, back) in [("superuser", "nosuperuser"), ("bypassrls", "nobypassrls")] {
        own.postgres.db_as_superuser(&format!("alter role watertight_app {attribute}")).await;
        failed_clearly(&serve(own.server_config()).await, &["watertight_app"]);
        own.postgres.db_as_superuser(&format!("alter role watertight_app {back}")).await;
        drop(own.server_config().start().await);
    }
    own.postgres.db_as_superuser("alter table employee no force row level security").await;
    failed_clearly(&serve(own.server_config()).await, &["employee"]);
}

/// O6: a session Redis that evicts sessions when it is full is refused, and so is a replica. A cache Redis may evict.
#[tokio::test]
async fn a_redis_that_would_lose_sessions_is_refused() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let config = stack.server_config();
    let mut past = db_redis::open(&redis.url()).await;
    let mut set = async |name: &str, value: &str| {
        let mut command = redis::cmd("CONFIG");
        command.arg("SET").arg(name).arg(value);
        command.query_async::<()>(&mut past).await.unwrap();
    };
    set("maxmemory-policy", "allkeys-lru").await;
    let as_sessions = config.clone().with("REDIS_SESSION_URL", &redis.url());
    failed_clearly(&serve(as_sessions.clone()).await, &["allkeys-lru", "REDIS_SESSION_URL"]);
    drop(config.clone().with("REDIS_CACHE_URL", &redis.url()).start().await);
    set("maxmemory-policy", "noeviction").await;
    set("maxmemory", "100mb").await;
    let keeps_all = config.clone().with("REDIS_CACHE_URL", &redis.url()).start().await;
    keeps_all.log_line("server.cache_redis.never_evicts").await;
    let mut past = db_redis::open(&redis.url()).await;
    let mut follow = redis::cmd("REPLICAOF");
    follow.arg("127.0.0.1").arg(1).query_async::<()>(&mut past).await.unwrap();
    failed_clearly(&serve(as_sessions).await, &["replica", "REDIS_SESSION_URL"]);
}

/// The error names each variable that is missing or has an invalid value.
#[tokio::test]
async fn every_variable_that_is_missing_or_wrong_is_named() {
    let config = Stack::get().await.server_config();
    for variable in [
        "WATERTIGHT_DATABASE_URL",
        "WATERTIGHT_APP_PASSWORD",
        "WATERTIGHT_PLATFORM_PASSWORD",
        "REDIS_SESSION_URL",
        "REDIS_CACHE_URL",
        "WATERTIGHT_ROOT_KEY",
    ] {
        failed_clearly(&serve(config.clone().without(variable)).await, &[variable]);
    }
    for (variable, value) in [
        ("WATERTIGHT_LISTEN", "everywhere"),
        ("WATERTIGHT_PUBLIC_URL", "localhost"),
        ("WATERTIGHT_DATABASE_URL", "mysql://localhost/x"),
        ("REDIS_SESSION_URL", "memcached://localhost"),
        ("WATERTIGHT_SESSION_STORE", "files"),
        ("WATERTIGHT_WORKERS", "0"),
        ("WATERTIGHT_WORKERS", "many"),
        ("WATERTIGHT_DEMO", "perhaps"),
        ("WATERTIGHT_LOG_FORMAT", "xml"),
        ("WATERTIGHT_UI_DIR", "/no/such/folder"),
        ("WATERTIGHT_ROOT_KEY", "c2hvcnQ="),
        ("WATERTIGHT_ROOT_KEY_PREVIOUS", "not base64"),
    ] {
        println!("{variable}={value}");
        failed_clearly(&serve(config.clone().with(variable, value)).await, &[variable]);
    }
}

/// The demonstration, whose passwords are public, is refused on a public host.
#[tokio::test]
async fn the_demonstration_is_refused_on_a_public_host() {
    let config = Stack::get().await.server_config().with("WATERTIGHT_DEMO", "true");
    failed_clearly(
        &serve(config.with("WATERTIGHT_PUBLIC_URL", "https://hr.example.com")).await,
        &["WATERTIGHT_DEMO"],
    );
}

/// A port that is in use is an error that names the address.
#[tokio::test]
async fn a_taken_port_is_an_error_with_a_hint() {
    let stack = Stack::get().await;
    let taken = stack.server.address.to_string();
    failed_clearly(
        &serve(stack.server_config().with("WATERTIGHT_LISTEN", &taken)).await,
        &[&taken, "WATERTIGHT_LISTEN"],
    );
}

/// A secret may be in a file, as orchestrators provide it.
#[tokio::test]
async fn a_secret_may_be_in_a_file() {
    let file = std::env::temp_dir().join(format!("watertight-e2e-{}", std::process::id()));
    std::fs::write(&file, "app-of-the-tests\n").unwrap();
    let config = Stack::get().await.server_config().without("WATERTIGHT_APP_PASSWORD");
    let server = config
        .clone()
        .with("WATERTIGHT_APP_PASSWORD_FILE", &file.display().to_string())
        .start()
        .await;
    drop(server);
    std::fs::remove_file(&file).unwrap();
    let gone = config.with("WATERTIGHT_APP_PASSWORD_FILE", &file.display().to_string());
    failed_clearly(&serve(gone).await, &["WATERTIGHT_APP_PASSWORD_FILE"]);
}

/// G14: metrics show data of every company, so a public address is refused, and listening on all interfaces needs a second variable.
#[tokio::test]
async fn metrics_on_a_public_address_are_refused_at_start() {
    const LISTEN: &str = "WATERTIGHT_METRICS_LISTEN";
    const ALL: &str = "WATERTIGHT_METRICS_ON_ALL_INTERFACES";
    let config = Stack::get().await.server_config();
    for public in ["203.0.113.7:0", "[2001:db8::1]:0", "0.0.0.0:0", "[::]:0"] {
        failed_clearly(&serve(config.clone().with(LISTEN, public)).await, &[LISTEN, public]);
    }
    let public = config.clone().with(LISTEN, "203.0.113.7:0").with(ALL, "true");
    failed_clearly(&serve(public).await, &[LISTEN]);
    let server = config.with(LISTEN, "0.0.0.0:0").with(ALL, "true").start().await;
    assert!(server.metrics_address.is_some_and(|address| address.ip().is_unspecified()));
}
