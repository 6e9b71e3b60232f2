//! Creates applications of a company with the operator's command.

use domain::{ClientId, PoolId};
use serde_json::Value;

use super::Company;
use crate::secrets;

/// An application (app client) that gets tokens from a company's pool.
#[derive(Clone, Debug)]
pub struct Application {
    /// The client id of the application.
    pub id: ClientId,
    /// The company's user pool.
    pub pool: PoolId,
    /// The issuer of the pool's tokens.
    pub issuer: String,
    /// The client secret, if the application has one.
    pub secret: Option<String>,
}

impl Company {
    /// Adds an application with `watertight client put`. `arguments` are its arguments besides company and name, for instance `--flow code --scope openid`.
    ///
    /// # Panics
    /// With the command's error, if it fails.
    pub async fn application(&self, arguments: &str) -> Application {
        let company = ["client", "put", "--company", self.slug.as_str(), "--name", "Test"];
        let arguments: Vec<&str> =
            company.into_iter().chain(arguments.split_whitespace()).collect();
        let said = self.stack.server_config().run(&arguments).await.succeeded();
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let text = |name: &str| said[name].as_str().expect(name);
        let secret = said["client_secret"].as_str().map(str::to_owned);
        if let Some(secret) = &secret {
            secrets::remember(secret);
        }
        Application {
            id: text("client_id").parse().expect("a client id"),
            pool: text("pool_id").parse().expect("a pool id"),
            issuer: text("issuer").to_owned(),
            secret,
        }
    }
}
