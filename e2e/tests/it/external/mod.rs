//! T11: tokens of issuers that a company trusts besides its own pool.

mod accepted;
mod issuer;
mod keys;
mod links;
mod refused;

use domain::Role;
use e2e::{Actor, Company, Reply, Server, Stack};
use issuer::Issuer;

/// The error for a token whose key no issuer publishes.
const UNKNOWN_KEY: &str = "no trusted key has the kid of the token";
/// The error for a subject that is not linked to an account.
const UNLINKED: &str = "the subject of the token is linked to no account here";

/// A company that trusts an external issuer, and a node with that configuration.
struct TrustingCompany {
    company: Company,
    issuer: Issuer,
    server: Server,
}

impl TrustingCompany {
    /// A company that trusts the client `app` of a Cognito pool. No subject is linked yet.
    async fn a_pool() -> Self {
        Self::of(Issuer::start(), r#""clients":["app"]"#).await
    }

    /// The same for this issuer, with `members` as the further members of its configuration.
    async fn of(issuer: Issuer, members: &str) -> Self {
        let stack = Stack::get().await;
        let company = Company::fresh(stack).await;
        let configured = format!("[{}]", issuer.configured(&company, members));
        let config = stack.server_config().with("WATERTIGHT_EXTERNAL_ISSUERS", &configured);
        Self { company, issuer, server: config.start().await }
    }

    /// Links a subject to the account of that role.
    async fn link(&self, subject: &str, role: Role) {
        let (url, email) = (self.issuer.url(), self.company.email_of(role));
        let command = ["external", "link", "--company", self.company.slug.as_str()];
        let who = ["--issuer", &url, "--subject", subject, "--account", &email];
        let arguments: Vec<&str> = command.into_iter().chain(who).collect();
        Stack::get().await.server_config().run(&arguments).await.succeeded();
    }

    /// The reply to a request with this bearer token at the bare host.
    async fn get(&self, path: &str, token: &str) -> Reply {
        get_with_token(&Actor::at(&self.server, ""), path, token).await
    }
}

/// The reply to a request with this bearer token at the actor's host.
async fn get_with_token(actor: &Actor, path: &str, token: &str) -> Reply {
    actor.get(path).header("authorization", &format!("Bearer {token}")).with_retry().send().await
}

/// Fails unless the reply is a 401 with `invalid_token` and this description.
#[track_caller]
fn refused_for(reply: &Reply, reason: &str) {
    let challenge = reply.header("www-authenticate").unwrap_or_default();
    assert_eq!(reply.status, 401, "{}", reply.text());
    let wanted = format!("error=\"invalid_token\", error_description=\"{reason}\"");
    assert!(challenge.contains(&wanted), "{challenge}");
}

/// Fails unless the reply is a 200.
#[track_caller]
fn accepted(reply: &Reply) {
    assert_eq!(reply.status, 200, "{}", reply.text());
}
