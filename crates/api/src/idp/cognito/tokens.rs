//! What somebody gets who has proven who they are: tokens, or the challenge to choose a password first.
//!
//! The scope is Cognito's and no more: `aws.cognito.signin.user.admin`, one's own account over this protocol. Tokens for the API are got by OAuth, where a
//! client asks for scopes and is held to them.

use std::time::Duration;

use chrono::Utc;
use domain::{AccessScope, AccountId};
use serde_json::{Value, json};
use store::Credential;

use super::{Reply, challenge, exception::Exception, pending, user};
use crate::{
    Api,
    idp::{self, Application, Issued, Protocol, SignIn},
};

/// Signs in whoever showed what the credential holds, as it was when it was read.
pub(super) async fn for_proven(api: &Api, application: &Application, proven: &Credential) -> Reply {
    let person = api.store.person(application.tenant(), proven.account).await?;
    let person = person.ok_or_else(Exception::wrong)?;
    if person.must_change_password {
        let session = pending::seal(api.pools.seals(), application, proven, Utc::now())?;
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
        authenticated_at: proven.read_at,
        nonce: None,
        protocol: Protocol::Cognito,
    };
    let issued = idp::begin(api, sign_in).await?.ok_or_else(Exception::wrong)?;
    Ok(signed_in(issued))
}

/// Signs in whoever has just chosen a password. All that had begun by then was ended with the old one, to the millisecond; this begins in a later one.
pub(super) async fn for_changed(api: &Api, application: &Application, account: AccountId) -> Reply {
    tokio::time::sleep(Duration::from_millis(1)).await;
    let now = api.store.find_credential_of(application.tenant(), account).await?;
    for_proven(api, application, &now.ok_or_else(Exception::wrong)?).await
}

/// The answer to who has signed in.
pub(super) fn signed_in(issued: Issued) -> Value {
    json!({ "AuthenticationResult": result(issued), "ChallengeParameters": {} })
}

/// The tokens; without a refresh token if the client keeps the one that it has.
pub(super) fn result(issued: Issued) -> Value {
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
