//! `/api/v1/explainer/arrival`: shows which cookies arrived with a link or a form of another site (rows C2 and C8).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::HeaderName},
    web,
};
use api_types::{ARRIVAL_CHANNEL, Arrival, Code, cookies as table, routes};

use super::document::Document;
use crate::{
    Api, cookies, error::ApiError, extract::Host, middleware::guard::check_site,
    resources::tokens::only_in_a_demonstration,
};

/// The values that browsers send in `Sec-Fetch-Site`. No other value is repeated in a reply.
const SITES: [&str; 4] = ["cross-site", "same-site", "same-origin", "none"];
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Shows which cookies arrived with a link.
#[utoipa::path(
    get, path = "/api/v1/explainer/arrival", operation_id = "arrive_by_link", tag = "explainer",
    responses(
        (status = 200, description = "The names of the product's cookies in the request", content_type = "text/html"),
        (status = 404, description = "The demonstration is off, or the host is not a company's", body = api_types::Problem),
    )
)]
pub(crate) async fn by_link(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    shown(&request, &api)
}

/// Shows which cookies arrived with a form, and whether the API refuses such a form. Changes nothing.
#[utoipa::path(
    post, path = "/api/v1/explainer/arrival", operation_id = "arrive_by_form", tag = "explainer",
    responses(
        (status = 200, description = "The names of the product's cookies in the request, which the API would accept", content_type = "text/html"),
        (status = 403, description = "The same, for a request that the API refuses because it comes from another site", content_type = "text/html"),
        (status = 404, description = "The demonstration is off, or the host is not a company's", body = api_types::Problem),
    )
)]
pub(crate) async fn by_form(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    shown(&request, &api)
}

fn shown(request: &HttpRequest, api: &Api) -> Result<HttpResponse, ApiError> {
    let checked = check_site(request);
    if let Err(hidden) = only_in_a_demonstration(api) {
        // Outside a demonstration the route refuses other sites, as every other one does.
        return checked.and(Err(hidden));
    }
    if Host::of(request, &api.settings.public_url)? == Host::Bare {
        return Err(ApiError::new(Code::NotFound));
    }
    let refused = match checked {
        Ok(()) => false,
        Err(refusal) if refusal.code() == Code::CrossSiteRequest => true,
        Err(other) => return Err(other),
    };
    let site = request.headers().get(SEC_FETCH_SITE);
    let arrival = Arrival {
        method: request.method().as_str().to_owned(),
        site: site.and_then(|site| SITES.into_iter().find(|one| site == one)).map(str::to_owned),
        cookies: arrived(request),
        refused,
    };
    let status = if refused { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let script = script(&arrival).map_err(ApiError::broken)?;
    let main = main(&arrival);
    let title = "What arrived with this request";
    let document = Document { title, main: &main, script: Some(&script), form_target: "" };
    Ok(document.respond(status))
}

/// The names of the product's cookies in a request, each once.
fn arrived(request: &HttpRequest) -> Vec<String> {
    let mut names: Vec<_> = table::ALL.iter().map(|policy| policy.name).collect();
    names.dedup();
    names.retain(|name| cookies::value_bytes(request.headers(), name).is_some());
    names.into_iter().map(str::to_owned).collect()
}

/// Tells the page about cookies, which may be open in another tab. The text has no character that could end the script: names are ours, values come from a list.
fn script(arrival: &Arrival) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(&serde_json::to_string(arrival)?)?;
    Ok(format!("new BroadcastChannel(\"{ARRIVAL_CHANNEL}\").postMessage({text})"))
}

fn main(arrival: &Arrival) -> String {
    let kind =
        if arrival.method == "POST" { "A form was sent here." } else { "You followed a link." };
    let site = arrival.site.as_deref().map_or_else(
        || "The browser did not say where it came from.".to_owned(),
        |site| format!("The browser says where it came from: <code>{site}</code>."),
    );
    let cookies = if arrival.cookies.is_empty() {
        "<p>No cookie of the product arrived.</p>".to_owned()
    } else {
        let names = arrival.cookies.iter().map(|name| format!("<li><code>{name}</code></li>"));
        format!("<p>These cookies arrived:</p><ul>{}</ul>", names.collect::<String>())
    };
    let answer = if arrival.refused {
        "<p>The API refuses every such request, whatever its cookies: 403 <code>cross_site_request</code>.</p>"
    } else {
        ""
    };
    format!(
        "<p>{kind} {site}</p>{cookies}{answer}<p>The page that explains cookies shows this result too. You can close this tab.</p>\
         <p><a href=\"{}\">Go to that page</a></p>",
        routes::EXPLAINER
    )
}
