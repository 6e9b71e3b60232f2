//! Validates a request to sign out, and answers it.

use actix_web::{HttpResponse, http::header::SET_COOKIE};
use api_types::routes;
use chrono::Utc;
use idp::Pool;
use token::IdTokenHint;

use super::{
    super::{
        authorize::{redirect_to, with_parameters},
        client,
        parameters::Parameters,
    },
    bad_request,
};
use crate::{
    Api,
    cookies::{self, CLEAR_SITE_DATA},
    error::ApiError,
};

/// A validated request of an application.
pub(super) struct LogoutRequest {
    /// The verified ID token, if one was sent.
    pub(super) hint: Option<IdTokenHint>,
    /// The id of the application.
    pub(super) client: Option<String>,
    /// Where the browser goes next; our sign-in page if there is none.
    pub(super) destination: Option<Destination>,
    /// The text that the application gets back unchanged.
    pub(super) state: Option<String>,
}

/// A registered address of the application.
pub(super) struct Destination {
    /// The address as it was sent.
    pub(super) address: String,
    /// The address as a source of `form-action`, if it has one.
    pub(super) source: Option<String>,
}

impl LogoutRequest {
    /// Validates the parameters. A hint that does not verify is ignored, because its key may have been removed long ago. An address must be registered.
    pub(super) async fn read(
        api: &Api,
        pool: &Pool,
        parameters: &Parameters,
    ) -> Result<Self, ApiError> {
        let text = |name| parameters.get(name).map(str::to_owned);
        let hint = parameters.get("id_token_hint");
        let hint =
            hint.and_then(|hint| api.idp.pools.verify_id_token_hint(hint, pool.id(), Utc::now()));
        let named = hint.as_ref().map(|hint| hint.client().to_string());
        let client = match (named, text("client_id")) {
            (Some(named), Some(other)) if named != other => {
                return Err(bad_request("`client_id` is not the application of `id_token_hint`."));
            }
            (named, sent) => named.or(sent),
        };
        let destination = match text("post_logout_redirect_uri") {
            Some(address) => Some(Destination::read(api, pool, client.as_deref(), address).await?),
            None => None,
        };
        Ok(Self { hint, client, destination, state: text("state") })
    }

    /// Deletes the browser's cookie and site data and redirects it to the next address.
    pub(super) fn signed_out(self) -> Result<HttpResponse, ApiError> {
        let Self { destination, state, .. } = self;
        let mut response = match destination {
            None => redirect_to(routes::SIGN_IN)?,
            Some(Destination { address, .. }) => {
                let state: Vec<_> = state.map(|state| ("state", state)).into_iter().collect();
                redirect_to(&with_parameters(&address, &state))?
            }
        };
        let delete = cookies::delete_session().map_err(ApiError::broken)?;
        let forget = cookies::delete_remember().map_err(ApiError::broken)?;
        response.headers_mut().append(SET_COOKIE, delete);
        response.headers_mut().append(SET_COOKIE, forget);
        let (name, value) = CLEAR_SITE_DATA;
        response.headers_mut().insert(name, value);
        Ok(response)
    }
}

impl Destination {
    async fn read(
        api: &Api,
        pool: &Pool,
        client: Option<&str>,
        address: String,
    ) -> Result<Self, ApiError> {
        let application = match client {
            Some(id) => client::find(api, pool, id).await?,
            None => None,
        };
        let application = application.ok_or_else(|| {
            bad_request("`post_logout_redirect_uri` needs an application of this company: send `id_token_hint`, or `client_id`.")
        })?;
        let registered = &application.client.logout_uris;
        let registered = registered.iter().find(|one| one.accepts(&address)).ok_or_else(|| {
            bad_request("`post_logout_redirect_uri` is not registered for the application: addresses are compared byte by byte.")
        })?;
        Ok(Self { source: registered.policy_source(&address), address })
    }
}
