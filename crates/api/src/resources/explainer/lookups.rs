//! `GET /api/v1/explainer/lookups`: how many lookups bound this very request to its company.

use std::time::{Duration, Instant};

use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::header, web};
use api_types::{Code, Counted, Lookups};
use chrono::Utc;
use session::RoundTrips;

use crate::{
    Api,
    error::ApiError,
    extract::{Tenant, bearer_token},
    middleware::bind_tenant::CountedBinding,
    resources::tokens::only_in_a_demonstration,
};

/// Counts the round trips to stores that were needed to find out who sent this request, by its session or by its access token.
///
/// For a token, it also counts those of a verifier that checks only the signature and the times.
#[utoipa::path(
    get, path = "/api/v1/explainer/lookups", tag = "explainer",
    responses(
        (status = 200, description = "The round trips", body = Lookups),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn lookups(
    request: HttpRequest,
    _: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    let binding = request.extensions().get::<CountedBinding>().copied();
    let binding = binding.ok_or_else(|| ApiError::new(Code::Internal))?;
    let signature_alone = match bearer_token(request.headers())? {
        Some(token) => by_signature_alone(&api, token).await,
        None => None,
    };
    let body = Lookups { request: counted(binding.round_trips, binding.took), signature_alone };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body))
}

/// Verifies a token like a JWT library. `None` for a token of another issuer, which only the external verifier accepts.
async fn by_signature_alone(api: &Api, token: &str) -> Option<Counted> {
    let begun = Instant::now();
    let verify = async { api.idp.pools.inspect(token, Utc::now()) };
    let (verified, round_trips) = RoundTrips::of(verify).await;
    verified.ok().map(|_| counted(round_trips, begun.elapsed()))
}

fn counted(round_trips: RoundTrips, took: Duration) -> Counted {
    let RoundTrips { redis, postgres, session_records } = round_trips;
    let micros = took.as_micros().try_into().unwrap_or(u64::MAX);
    Counted { redis, postgres, session_records, micros }
}
