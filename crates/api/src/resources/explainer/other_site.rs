//! `GET /api/v1/explainer/other-site`: a page of another site, with a link and a form to a company's host.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use api_types::{Code, paths};
use domain::TenantSlug;

use super::document::Document;
use crate::{
    Api,
    error::ApiError,
    extract::{Host, Parameters},
    resources::tokens::only_in_a_demonstration,
};

/// A page on the bare host. For a browser, `localhost` and `acme.localhost` are two sites, so its link and its form come from another site.
#[utoipa::path(
    get, path = "/api/v1/explainer/other-site", operation_id = "get_other_site", tag = "explainer",
    params(("company" = String, Query, description = "The company that the link and the form lead to")),
    responses(
        (status = 200, description = "The page", content_type = "text/html"),
        (status = 400, description = "`company` is missing or is not the short name of a company", body = api_types::Problem),
        (status = 404, description = "The demonstration is off, or the host is a company's", body = api_types::Problem),
    )
)]
pub(crate) async fn other_site(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    if Host::of(&request, &api.settings.public_url)? != Host::Bare {
        return Err(ApiError::new(Code::NotFound));
    }
    let parameters = Parameters::of_query(&request)?;
    let company: Option<TenantSlug> =
        parameters.get("company").and_then(|company| company.parse().ok());
    let company = company.ok_or_else(|| {
        ApiError::with_detail(
            Code::BadRequest,
            "Missing or invalid `company`: expected the short name of a company, such as `acme`.",
        )
    })?;
    // A slug consists of letters, digits and hyphens, so it needs no escaping.
    let target = api.settings.public_url.company_origin(&company);
    let own = &api.settings.public_url;
    let arrival = format!("{target}{}", paths::ARRIVAL);
    let main = format!(
        "<p>This page has the address <code>{own}</code>. For your browser that is another site than <code>{target}</code>, where you are signed in.</p>\
         <p><a class=\"button\" id=\"link\" href=\"{arrival}\">Follow a link to {company}</a></p>\
         <form method=\"post\" action=\"{arrival}\"><button>Send a form to {company}</button></form>\
         <p>Each leads to a page that lists the cookies that arrived.</p>"
    );
    let document =
        Document { title: "Another site", main: &main, script: None, form_target: &target };
    Ok(document.respond(StatusCode::OK))
}
