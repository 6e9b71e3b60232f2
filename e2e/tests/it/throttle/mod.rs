//! G2: attempts to guess a secret are limited, and the limits affect only the client that guesses.

mod addresses;
mod device;
mod flows;
mod passwords;
mod redis_outage;
mod script;
mod sign_in;

use api_types::Code;
use e2e::{Company, PASSWORD, Reply, Request, Server, ServerConfig, Stack};

/// The configuration of a separate node with these settings. Its Redis timeout is long, because after a timeout on a busy machine each node would count alone.
fn config(stack: &Stack, settings: &[(&str, &str)]) -> ServerConfig {
    let with_retry = stack.server_config().with("WATERTIGHT_REDIS_TIMEOUT_MS", "5000");
    settings.iter().fold(with_retry, |config, (name, value)| config.with(name, value))
}

/// A request to sign in, which is not repeated after a 429.
fn guess(company: &Company, server: &Server, email: &str, password: &str) -> Request {
    company.visitor_on(server).sign_in(email, password).without_retry()
}

/// Uses up an account's limit with `allowed` wrong passwords, and checks that the next attempt is refused.
async fn exhaust(company: &Company, server: &Server, email: &str, allowed: usize) {
    for _allowed in 0..allowed {
        guess(company, server, email, "wrong").expect(401).await.problem(Code::WrongCredentials);
    }
    let refused = guess(company, server, email, PASSWORD).expect(429).await;
    refused.problem(Code::TooManyRequests);
}

/// How many seconds a refusal asks its client to wait.
fn retry_after(refused: &Reply) -> u64 {
    refused.header("retry-after").unwrap().parse().unwrap()
}
