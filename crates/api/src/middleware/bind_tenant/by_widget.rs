//! Binds a request by the cookie of a widget: the host names the company, and the cookie must have been made for the same one (row C6).

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use api_types::Code;
use chrono::Utc;
use domain::TenantSettings;
use tenancy::{BindingError, TenantContext, WidgetGrant};
use tracing::{Span, field::display};

use crate::{
    Api, cookies,
    error::ApiError,
    extract::{
        Proof, RequestId, Tenant,
        company::{company_of, settings_of},
    },
    middleware::cross_site,
};

/// The middleware around the routes that a widget reads. They accept the cookie of a widget only, and no other route accepts that cookie.
pub(crate) async fn bind_widget(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match bind(request.request()).await {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

#[tracing::instrument(level = "debug", name = "api.widget.bind", skip_all, fields(tenant))]
async fn bind(request: &HttpRequest) -> Result<Tenant, ApiError> {
    let api = Api::of(request)?;
    // The browser sends this cookie with requests of every page of the embedding site. Only the frame itself, which is the company's own page, may read.
    if cross_site::is_from_another_site(request.headers()) {
        return Err(ApiError::new(Code::CrossSiteRequest));
    }
    let company = company_of(request, api).await?;
    Span::current().record("tenant", display(company.id));
    let value = cookies::widget_value(request.headers());
    let grant =
        value.and_then(|value| WidgetGrant::read(&api.seals, company.id, value, Utc::now()));
    let grant = grant.ok_or_else(ApiError::no_widget)?;
    let state = api.cache.state(company.id).await?;
    let TenantSettings { status, session_policy } = settings_of(api, company.id, &state).await?;
    let proved = TenantContext::from_widget(company.id, status, &grant);
    if matches!(proved, Err(BindingError::TenantMismatch)) {
        // The cookie is authenticated under a key of the company that it names, so an earlier lock has failed.
        tracing::error!(alert = "binding_mismatch", tenant = %company.id, "api.tenant.mismatch");
    }
    let (proof, request_id) = (Proof::Widget(grant), RequestId::of(request));
    Ok(Tenant::bound(proved?, company, proof, session_policy, state, request_id))
}
