//! The public data of a company, which needs no sign-in: its name, and in a demonstration its demo accounts.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, Companies, CompanyPublicData, DemoAccount};
use share::Holder;
use store::Tenant;

use crate::{
    Api, cookies,
    error::ApiError,
    extract::{Host, company},
};

/// The routes, outside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/company").route(web::get().to(get)).route(web::head().to(get)))
        .service(
            web::resource("/companies").route(web::get().to(list)).route(web::head().to(list)),
        );
}

/// Shows the public data of the company that the host names.
#[utoipa::path(
    get, path = "/api/v1/company", operation_id = "get_company", tag = "companies",
    responses(
        (status = 200, description = "The company's public data", body = CompanyPublicData),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
    )
)]
pub(crate) async fn get(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, settings) = company::open_company(&request, &api).await?;
    let remembers_devices = settings.session_policy.allows_remembered_devices();
    let data = public_data(&api, &company).await?;
    Ok(HttpResponse::Ok().json(CompanyPublicData { remembers_devices, ..data }))
}

/// Lists the companies to choose from; only in a demonstration, and only on the bare host. Otherwise the list of customers is not public.
#[utoipa::path(
    get, path = "/api/v1/companies", operation_id = "list_companies", tag = "companies",
    responses(
        (status = 200, description = "The companies of the demonstration", body = Companies),
        (status = 400, description = "`company_host_required`: the request has a session cookie, which belongs to a company's host", body = api_types::Problem),
        (status = 404, description = "The demonstration is off, or the host is a company's", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    match Host::of(&request, &api.settings.public_url)? {
        Host::Bare if cookies::has_session(request.headers()) => {
            return Err(ApiError::new(Code::CompanyHostRequired));
        }
        Host::Bare if api.settings.is_demonstration() => {}
        _ => return Err(ApiError::new(Code::NotFound)),
    }
    let mut items = Vec::new();
    for company in api.store.tenants(Holder::Anonymous).await? {
        let data = public_data(&api, &company).await?;
        if !data.demo_accounts.is_empty() {
            items.push(data);
        }
    }
    Ok(HttpResponse::Ok().json(Companies { items }))
}

async fn public_data(api: &Api, company: &Tenant) -> Result<CompanyPublicData, ApiError> {
    let mut data = CompanyPublicData {
        slug: company.slug.clone(),
        name: company.name.clone(),
        origin: api.settings.public_url.company_origin(&company.slug),
        headcount: None,
        remembers_devices: false,
        demo_accounts: Vec::new(),
    };
    if let Some(password) = &api.settings.demo_password {
        let demo = api.store.demo_tenant(company.id).await?;
        data.headcount = Some(demo.headcount);
        let as_demo_account = |account: store::StoredDemoAccount| DemoAccount {
            role: account.role,
            name: account.name,
            email: account.email.to_string(),
            password: password.clone(),
        };
        data.demo_accounts = demo.accounts.into_iter().map(as_demo_account).collect();
    }
    Ok(data)
}
