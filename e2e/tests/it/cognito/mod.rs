//! Cognito's protocol from outside: every operation and its refusals, with companies that must not affect each other.

mod administration;
mod challenge;
mod forgotten_password;
mod linking;
mod own_account;
mod protocol;
mod refresh;
mod reset_code;
mod rotation;
mod sign_in;
mod srp;
mod srp_client;
mod tenants;

use e2e::{Application, CognitoClient, Company, PASSWORD, Request};
use serde_json::{Value, json};

/// The arguments of `watertight client put` for a client that uses only this protocol.
const CLIENT: &str = "--flow USER_PASSWORD_AUTH --flow REFRESH_TOKEN_AUTH";

/// A request to sign in with a password.
fn by_password(
    client: &CognitoClient,
    application: &Application,
    username: &str,
    password: &str,
) -> Request {
    let parameters = json!({ "USERNAME": username, "PASSWORD": password });
    client.ask("InitiateAuth", &initiate(application, "USER_PASSWORD_AUTH", &parameters))
}

/// The body of `InitiateAuth`.
fn initiate(application: &Application, flow: &str, parameters: &Value) -> Value {
    json!({ "AuthFlow": flow, "ClientId": application.id, "AuthParameters": parameters })
}

/// Signs in with this username and [`PASSWORD`], and returns the tokens.
async fn tokens(company: &Company, application: &Application, username: &str) -> Tokens {
    let asked = by_password(&company.cognito(), application, username, PASSWORD);
    Tokens::of(&asked.expect(200).await.operation())
}

/// A request for new tokens.
fn renew(client: &CognitoClient, application: &Application, refresh: &str) -> Request {
    let body = json!({ "ClientId": application.id, "RefreshToken": refresh });
    client.ask("GetTokensFromRefreshToken", &body)
}

/// A request for the account of an access token.
fn get_user(client: &CognitoClient, access: &str) -> Request {
    client.ask("GetUser", &json!({ "AccessToken": access }))
}

/// The tokens that a sign-in or a refresh returned.
struct Tokens {
    access: String,
    id: String,
    /// Empty if the reply contained none.
    refresh: String,
}

impl Tokens {
    fn of(answer: &Value) -> Self {
        let result = &answer["AuthenticationResult"];
        assert_eq!(result["TokenType"], "Bearer", "{answer}");
        let token = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        let tokens = Self {
            access: token("AccessToken"),
            id: token("IdToken"),
            refresh: token("RefreshToken"),
        };
        assert!(!tokens.access.is_empty() && !tokens.id.is_empty(), "{answer}");
        tokens
    }

    /// Fails unless all these clients get a refusal for the access token and the refresh token.
    async fn assert_revoked(&self, application: &Application, at: &[&CognitoClient]) {
        for client in at {
            get_user(client, &self.access).expect(400).await.exception("NotAuthorizedException");
            if !self.refresh.is_empty() {
                renew(client, application, &self.refresh)
                    .expect(400)
                    .await
                    .exception("NotAuthorizedException");
            }
        }
    }
}
