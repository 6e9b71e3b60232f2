//! Finds the application of a request. The application determines the company.

use domain::ClientId;
use idp::Application;
use store::Flow;

use super::exception::{Exception, Kind};
use crate::{Api, extract::company};

/// The application with that id, if its company is open.
pub(super) async fn open(api: &Api, id: &str) -> Result<Application, Exception> {
    let unknown = || Exception::new(Kind::ResourceNotFound, "The user pool client does not exist.");
    let id: ClientId = id.parse().map_err(|_| unknown())?;
    let known = api.idp.pools.application(&id).await?;
    let application = known.ok_or_else(unknown)?;
    let tenant = application.tenant();
    company::must_be_open(api, tenant, &api.cache.state(tenant).await?).await?;
    Ok(application)
}

/// Refuses an application that may not use this flow. SRP must also be switched on for its pool.
pub(super) fn check_flow(application: &Application, flow: Flow) -> Result<(), Exception> {
    if application.may_use(flow) && (flow != Flow::Srp || application.pool.settings().srp) {
        return Ok(());
    }
    Err(Exception::invalid(format!("{} flow not enabled for this client", flow.as_str())))
}
