//! `GET /api/v1/explainer`: what the browser sent, and what the server keeps of the session.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use api_types::{
    Code, Explainer, FieldContent, HeldCookie, KeptField, KeptSession,
    cookies::{self as table, CookiePolicy},
    paths,
};
use chrono::{DateTime, Utc};
use domain::SessionPolicy;
use session::{FieldOutline, RecordOutline, Session};

use crate::{
    Api, cookies, error::ApiError, extract::Tenant, resources::tokens::only_in_a_demonstration,
};

/// Shows the cookies of this request with their sizes, and the record of the session without its secrets.
#[utoipa::path(
    get, path = "/api/v1/explainer", tag = "explainer", security(("session" = [])),
    responses(
        (status = 200, description = "The cookies and the session", body = Explainer),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: a token has no cookies", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn explain(
    request: HttpRequest,
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    let session = tenant.session()?;
    let outline = api.sessions.outline(session, Utc::now()).await?;
    let outline = outline.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    let headers = request.headers();
    let held = |policy: CookiePolicy| HeldCookie {
        name: policy.name.to_owned(),
        purpose: policy.purpose.to_owned(),
        http_only: policy.http_only,
        same_site: policy.same_site.as_str().to_owned(),
        partitioned: policy.partitioned,
        max_age: policy.max_age,
        value_bytes: cookies::value_bytes(headers, policy.name),
    };
    let address = &api.settings.public_url;
    let body = Explainer {
        cookies: table_of(session.policy()).map(held).collect(),
        other_cookies: cookies::count_others(headers),
        session: kept(session, outline, &api.settings.session_store),
        other_site: format!("{address}{}?company={}", paths::OTHER_SITE, tenant.company.slug),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body))
}

/// The cookies that a company with this session policy sets: the table without the session cookie of the other policies.
fn table_of(policy: SessionPolicy) -> impl Iterator<Item = CookiePolicy> {
    let session = CookiePolicy::of_session(policy);
    table::ALL.into_iter().filter(move |one| one.name != session.name || *one == session)
}

fn kept(session: &Session, outline: RecordOutline, store: &str) -> KeptSession {
    KeptSession {
        store: store.to_owned(),
        policy: session.policy(),
        digest_start: outline.digest_start,
        key_bytes: outline.key_bytes,
        fields: outline.fields.into_iter().map(field).collect(),
        signed_in_at: session.signed_in_at(),
        idle_end: outline.idle_end,
        absolute_end: session.expires_at(),
    }
}

fn field(outline: FieldOutline) -> KeptField {
    let (content, value) = match outline.content {
        session::FieldContent::Plain(value) => (FieldContent::Plain, Some(value)),
        session::FieldContent::Time(millis) => {
            let time = DateTime::from_timestamp_millis(millis);
            (FieldContent::Time, time.map(|time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string()))
        }
        session::FieldContent::Id => (FieldContent::Id, None),
        session::FieldContent::Sealed => (FieldContent::Sealed, None),
        session::FieldContent::Mac => (FieldContent::Mac, None),
    };
    KeptField { name: outline.name.to_owned(), bytes: outline.bytes, content, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C7: a company sets each cookie with the attributes of one policy, and the table of a company has each name once.
    #[test]
    fn a_company_has_one_session_cookie() {
        for policy in SessionPolicy::ALL {
            let rows: Vec<_> = table_of(policy).collect();
            let names: std::collections::BTreeSet<_> = rows.iter().map(|one| one.name).collect();
            assert_eq!((rows.len(), names.len()), (table::ALL.len() - 1, rows.len()));
            assert!(rows.contains(&CookiePolicy::of_session(policy)));
        }
    }
}
