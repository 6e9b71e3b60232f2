//! The reply to a successful sign-in: tokens, or the challenge to choose a new password first.
//!
//! The tokens have only Cognito's scope `aws.cognito.signin.user.admin`, which gives access to the user's own account over this protocol. Tokens for the API
//! come from OAuth, where a client requests scopes.

use std::time::Duration;

use chrono::Utc;
use domain::{AccessScope, AccountId};
use idp::{Application, IssuedTokens, Protocol, SignIn};
use serde_json::{Value, json};
use store::Credential;

use super::{Reply, challenge, challenge_session, exception::Exception, user};
use crate::Api;

/// Signs in the user who proved to know the password of `proved`. The sign-in counts from the time when `proved` was read.
pub(super) async fn sign_in(api: &Api, application: &Application, proved: &Credential) -> Reply {
    let person = api.store.person(application.tenant(), proved.account).await?;
    let person = person.ok_or_else(Exception::wrong_credentials)?;
    if person.must_change_password {
        let session = challenge_session::seal(&api.seals, application, proved, Utc::now())?;
        return Ok(json!({
            "ChallengeName": challenge::NEW_PASSWORD_REQUIRED,
            "Session": session,
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": person.account.to_string(),
                "requiredAttributes": "[]",
                "userAttributes": user::as_json_text(&person),
            },
        }));
    }
    let sign_in = SignIn {
        application,
        person: &person,
        scopes: vec![AccessScope::OwnAccount],
        authenticated_at: proved.read_at,
        password_at: proved.read_at,
        nonce: None,
        protocol: Protocol::Cognito,
    };
    let issued = api.idp.begin(sign_in).await?.ok_or_else(Exception::wrong_credentials)?;
    Ok(signed_in(issued))
}

/// Signs in the user after a change of the password. The change revoked every sign-in up to its millisecond, so this waits one millisecond.
pub(super) async fn sign_in_after_change(
    api: &Api,
    application: &Application,
    account: AccountId,
) -> Reply {
    tokio::time::sleep(Duration::from_millis(1)).await;
    let now = api.store.find_credential_of(application.tenant(), account).await?;
    sign_in(api, application, &now.ok_or_else(Exception::wrong_credentials)?).await
}

/// The reply to a successful sign-in.
pub(super) fn signed_in(issued: IssuedTokens) -> Value {
    json!({ "AuthenticationResult": result(issued), "ChallengeParameters": {} })
}

/// The tokens as `AuthenticationResult`, without a refresh token if the client keeps its current one.
pub(super) fn result(issued: IssuedTokens) -> Value {
    let mut result = json!({
        "AccessToken": issued.access.as_str(),
        "ExpiresIn": issued.expires_in,
        "TokenType": "Bearer",
    });
    if let Some(id) = issued.id {
        result["IdToken"] = String::from(id).into();
    }
    if let Some(refresh) = issued.refresh {
        result["RefreshToken"] = refresh.into();
    }
    result
}
