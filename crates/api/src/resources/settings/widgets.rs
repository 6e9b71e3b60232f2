//! `GET` and `POST /api/v1/settings/widgets`, `DELETE /api/v1/settings/widgets/{id}`: the widgets that other sites embed (row C6).

use actix_web::{HttpResponse, web};
use api_types::{Code, CreatedWidget, NewWidget, Widget, WidgetList};
use cache::Entity;
use domain::{FrameOrigin, Line, WidgetId};
use tenancy::WidgetKey;
use uuid::Uuid;

use crate::{
    Api,
    error::ApiError,
    extract::{Body, PathId, WidgetManager, require_fresh_password},
    resources::{fields::Fields, widget::address_of},
    write::write,
};

/// Lists the widgets of the company, the newest first. Their keys are not shown.
#[utoipa::path(
    get, path = "/api/v1/settings/widgets", operation_id = "list_widgets", tag = "settings", security(("session" = [])),
    responses(
        (status = 200, description = "The widgets", body = WidgetList),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages widgets; `session_required`", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    manager: WidgetManager,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let items = api.store.list_widgets(&manager.context).await?;
    Ok(HttpResponse::Ok().json(WidgetList { items }))
}

/// Creates a widget for one site. Only this response contains the address with the widget's key. The key is valid until the widget is removed.
#[utoipa::path(
    post, path = "/api/v1/settings/widgets", operation_id = "create_widget", tag = "settings", security(("session" = [])), request_body = NewWidget,
    responses(
        (status = 201, description = "The widget and its address", body = CreatedWidget),
        (status = 400, description = "`invalid_field`: `errors` lists the invalid fields", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages widgets; `session_required`; `step_up_required`: the user entered the password more than ten minutes ago", body = api_types::Problem),
        (status = 409, description = "`too_many_widgets`: the company has 20 widgets", body = api_types::Problem),
        (status = 503, description = "The widget may have been created, and its address is lost: remove it from the list; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn create(
    writer: WidgetManager,
    new: Body<NewWidget>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    // The key outlives the session, so a stolen session must not be enough to get one.
    require_fresh_password(&writer)?;
    let (name, embedded_on) = parse(&new)?;
    let id = WidgetId::from_uuid(Uuid::new_v4());
    let key = WidgetKey::random().map_err(ApiError::broken)?;
    let new = store::NewWidget { id, name, embedded_on, key_digest: key.digest() };
    let (store, context) = (api.store.clone(), writer.context.clone());
    let widget: Widget = write(&api, &writer, &[Entity::Widget], move || async move {
        store.create_widget(&context, new).await
    })
    .await?;
    let (tenant, by) = (writer.context.tenant(), writer.session()?.account());
    tracing::info!(%tenant, %by, widget = %id, "widget.created");
    let embed_url = address_of(&api.settings.public_url, &writer.company.slug, id, &key);
    Ok(HttpResponse::Created().json(CreatedWidget { widget, embed_url }))
}

/// Removes a widget. From the next request on, no node shows anything to it, and no site can embed it.
#[utoipa::path(
    delete, path = "/api/v1/settings/widgets/{id}", operation_id = "remove_widget", tag = "settings", security(("session" = [])),
    params(("id" = WidgetId, Path, description = "The widget's id")),
    responses(
        (status = 204, description = "The widget is removed"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages widgets; `session_required`", body = api_types::Problem),
        (status = 404, description = "The company has no widget with this id", body = api_types::Problem),
        (status = 503, description = "The widget may have been removed: send the request again, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn remove(
    writer: WidgetManager,
    PathId(id): PathId<WidgetId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (store, context) = (api.store.clone(), writer.context.clone());
    let removed = write(&api, &writer, &[Entity::Widget], move || async move {
        store.remove_widget(&context, id).await
    })
    .await?;
    if !removed {
        return Err(ApiError::new(Code::NotFound));
    }
    let (tenant, by) = (writer.context.tenant(), writer.session()?.account());
    tracing::info!(%tenant, %by, widget = %id, "widget.removed");
    Ok(HttpResponse::NoContent().finish())
}

/// Parses the fields of a new widget. The error lists all invalid fields at once.
fn parse(sent: &NewWidget) -> Result<(Line, FrameOrigin), ApiError> {
    let mut fields = Fields::default();
    let name = fields.line("name", Some(&sent.name));
    let embedded_on = fields.frame_origin("embedded_on", &sent.embedded_on);
    fields.none_wrong()?;
    name.zip(embedded_on).ok_or_else(|| ApiError::new(Code::BadRequest))
}

#[cfg(test)]
mod tests {
    use api_types::FieldCode;

    use super::*;

    fn wrong(name: &str, embedded_on: &str) -> Vec<(String, FieldCode)> {
        let new = NewWidget { name: name.to_owned(), embedded_on: embedded_on.to_owned() };
        let problem = parse(&new).unwrap_err().problem("");
        assert_eq!(problem.code, Code::InvalidField);
        for error in &problem.errors {
            assert!(error.detail.contains(&format!("`{}`", error.field)), "{}", error.detail);
        }
        problem.errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn all_invalid_fields_are_named_at_once() {
        let [name, site] = ["name", "embedded_on"].map(str::to_owned);
        assert_eq!(
            wrong("", ""),
            [(name.clone(), FieldCode::Missing), (site.clone(), FieldCode::Missing)]
        );
        let site_only = [(site.clone(), FieldCode::NotAllowed)];
        assert_eq!(wrong("Intranet", "http://intranet.example"), site_only);
        let long = "x".repeat(101);
        let both = [(name, FieldCode::TooLong), (site, FieldCode::Malformed)];
        assert_eq!(wrong(&long, "https://*.example"), both);
    }
}
