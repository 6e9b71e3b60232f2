//! The applications of a demonstration company: one signs in from a command line, one sends users to the company's sign-in page.

use domain::{AccessScope, RedirectUri, TenantId};
use store::{Flow, NewAppClient, Store};

use super::Error;

/// The redirect address at which the application receives its code.
const CALLBACK: &str = "http://localhost:3000/callback";

/// Adds both applications, under fixed ids that the documents can name: `acmecli` and `acmeapp`. Safe to repeat.
pub(super) async fn add(store: &Store, tenant: TenantId, slug: &str) -> Result<(), Error> {
    let name: String = slug.chars().filter(char::is_ascii_alphanumeric).collect();
    let cli = application(&format!("{name}cli"), "Command line", &[Flow::Password, Flow::Refresh]);
    let callback: RedirectUri = CALLBACK.parse().map_err(Error::Callback)?;
    let app = NewAppClient {
        redirect_uris: vec![callback.clone()],
        logout_uris: vec![callback],
        ..application(&format!("{name}app"), "Another application", &[Flow::Code, Flow::Refresh])?
    };
    for client in [cli?, app] {
        store.put_app_client(tenant, client).await?;
    }
    Ok(())
}

/// Makes a public client: the demonstration has no client secrets.
fn application(id: &str, name: &str, flows: &[Flow]) -> Result<NewAppClient, Error> {
    Ok(NewAppClient {
        id: id.parse().map_err(Error::Client)?,
        name: name.to_owned(),
        secret: None,
        flows: flows.to_vec(),
        scopes: AccessScope::ALL.to_vec(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        access_minutes: 15,
        id_minutes: 15,
        refresh_minutes: 24 * 60,
        rotates: true,
        grace_seconds: 30,
    })
}
