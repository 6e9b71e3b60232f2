//! G2: guessing has a price, and its price is paid by the client that guesses.

mod addresses;
mod device;
mod flows;
mod passwords;
mod redis_away;
mod script;
mod sign_in;

use api_types::Code;
use e2e::{Company, PASSWORD, Reply, Request, Server, ServerConfig, Stack};

/// A node of its own with these settings. A busy machine must not take its Redis for silent: then each node would count alone.
fn config(stack: &Stack, settings: &[(&str, &str)]) -> ServerConfig {
    let patient = stack.server_config().with("WATERTIGHT_REDIS_PATIENCE_MS", "5000");
    settings.iter().fold(patient, |config, (name, value)| config.with(name, value))
}

/// A request to sign in that takes 429 for an answer.
fn guess(company: &Company, server: &Server, email: &str, password: &str) -> Request {
    company.visitor_on(server).sign_in(email, password).impatient()
}

/// Uses up what an account is allowed from here, by so many wrong passwords.
async fn exhaust(company: &Company, server: &Server, email: &str, allowed: usize) {
    for _allowed in 0..allowed {
        guess(company, server, email, "wrong").expect(401).await.problem(Code::WrongCredentials);
    }
    let refused = guess(company, server, email, PASSWORD).expect(429).await;
    refused.problem(Code::TooManyRequests);
}

/// How many seconds a refusal asks its client to wait.
fn wait_of(refused: &Reply) -> u64 {
    refused.header("retry-after").unwrap().parse().unwrap()
}
