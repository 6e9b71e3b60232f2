//! A company on its own node, whose public address is the address that clients connect to.

use domain::Role;
use e2e::{AccessKey, Actor, Company, Server, Stack, closed_port};

/// The arguments of `watertight client put` for a client that uses only Cognito's protocol.
pub(crate) const CLIENT: &str = "--flow USER_PASSWORD_AUTH --flow REFRESH_TOKEN_AUTH";

/// The scopes that a script requests for a user.
pub(crate) const SCOPES: &str = "openid email profile hr/employees.read";

/// A company, the key that administers its pool, and the node.
pub(crate) struct World {
    pub(crate) acme: Company,
    pub(crate) key: AccessKey,
    pub(crate) node: Server,
}

impl World {
    pub(crate) async fn fresh() -> Self {
        Self::of(Company::fresh(Stack::get().await).await).await
    }

    pub(crate) async fn of(acme: Company) -> Self {
        let key = AccessKey::of(&acme.db_pool().await);
        let config = Stack::get().await.server_config();
        let config = config.with("WATERTIGHT_ADMIN_CREDENTIALS", &key.configured());
        // glibc resolves `localhost` but no name under it, so the scripts use the bare host.
        let node = config.on_its_public_port(closed_port()).start().await;
        Self { acme, key, node }
    }

    /// The address of the bare host. It serves everything except the pages of a company.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.node.public_port)
    }

    /// The issuer of the company's tokens on this node.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/{}", self.endpoint(), self.key.pool)
    }

    /// A visitor at the bare host.
    pub(crate) fn bare(&self) -> Actor {
        Actor::at(&self.node, "")
    }

    /// An employee whose browser is signed in at the company.
    pub(crate) async fn employee(&self) -> Actor {
        self.acme.actor_on(&self.node, Role::Employee).await
    }
}
