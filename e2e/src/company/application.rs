//! An application of a company, made as an operator makes one.

use domain::{ClientId, PoolId};
use serde_json::Value;

use super::Company;
use crate::secrets;

/// An application that may ask a company's pool for tokens.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id.
    pub id: ClientId,
    /// The company's pool.
    pub pool: PoolId,
    /// The issuer of its tokens.
    pub issuer: String,
    /// Its secret, if it has one.
    pub secret: Option<String>,
}

impl Company {
    /// Adds an application with what `watertight client put` is told besides company and name, for instance `--flow code --scope openid`.
    ///
    /// # Panics
    /// With what the command says, if it refuses.
    pub async fn application(&self, told: &str) -> Application {
        let company = ["client", "put", "--company", self.slug.as_str(), "--name", "Test"];
        let arguments: Vec<&str> = company.into_iter().chain(told.split_whitespace()).collect();
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
