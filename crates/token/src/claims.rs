//! The claims of the tokens that we issue, exactly as they are serialized: these members and no others (row T4h).

use serde::{Deserialize, Serialize};

use crate::{TokenUse, lifetime::Times};

/// The claims of an access token (row T3). A machine token has no claims about a person: no groups, no user name, no sign-in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) sub: String,
    #[serde(rename = "cognito:groups", skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) iss: String,
    pub(crate) version: u8,
    pub(crate) client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin_jti: Option<String>,
    pub(crate) token_use: TokenUse,
    pub(crate) scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    pub(crate) exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: i64,
    pub(crate) jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(rename = "custom:tenant_id", skip_serializing_if = "Option::is_none")]
    pub(crate) tenant_id: Option<String>,
}

/// The claims of an ID token (row T2).
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IdClaims {
    pub(crate) sub: String,
    #[serde(rename = "cognito:groups")]
    pub(crate) groups: Vec<String>,
    pub(crate) email_verified: bool,
    pub(crate) iss: String,
    #[serde(rename = "cognito:username")]
    pub(crate) username: String,
    pub(crate) origin_jti: String,
    pub(crate) aud: String,
    pub(crate) token_use: TokenUse,
    pub(crate) auth_time: i64,
    pub(crate) name: String,
    pub(crate) exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: i64,
    pub(crate) jti: String,
    pub(crate) email: String,
    #[serde(rename = "custom:tenant_id")]
    pub(crate) tenant_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at_hash: Option<String>,
}

impl AccessClaims {
    pub(crate) const fn times(&self) -> Times {
        Times { issued: self.iat, not_before: self.nbf, expires: self.exp }
    }
}

impl IdClaims {
    pub(crate) const fn times(&self) -> Times {
        Times { issued: self.iat, not_before: self.nbf, expires: self.exp }
    }
}
