//! `RespondToAuthChallenge`: answers to the challenges of SRP and of choosing a new password.

use chrono::Utc;
use domain::{Email, TenantId};
use idp::{AccountName, Application};
use serde::Deserialize;
use store::Person;
use throttle::Rule;

use super::{
    Reply, application,
    call::{Call, Parameters, required},
    challenge_session, client_secret,
    exception::{Exception, Kind},
    new_password::NewPassword,
    srp, tokens, user,
};
use crate::attempts;

/// The challenge for a user whose password was set by an administrator.
pub(super) const NEW_PASSWORD_REQUIRED: &str = "NEW_PASSWORD_REQUIRED";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChallengeAnswer {
    challenge_name: String,
    client_id: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Parameters,
}

/// Continues a sign-in that `InitiateAuth` began.
pub(super) async fn respond_to_auth_challenge(call: &Call<'_>) -> Reply {
    let ChallengeAnswer { challenge_name, client_id, session, challenge_responses } =
        call.read()?;
    let application = application::open(call.api, &client_id).await?;
    let username = required(&challenge_responses, "USERNAME")?;
    let hash = challenge_responses.get("SECRET_HASH").map(String::as_str);
    client_secret::check_hash(call, &application, username, hash).await?;
    match challenge_name.as_str() {
        srp::PASSWORD_VERIFIER => srp::answer(call, &application, &challenge_responses).await,
        NEW_PASSWORD_REQUIRED => {
            let session = session.ok_or_else(invalid_session)?;
            let (rule, tenant) = (Rule::Password, application.tenant());
            let name = AccountName::normalized(username);
            let attempt = attempts::reserve(call.api, call.request, rule, tenant, &name).await?;
            let chosen = choose(call, &application, &session, &challenge_responses).await;
            attempts::settle(attempt, chosen).await
        }
        _ => Err(Exception::invalid(
            "ChallengeName must be PASSWORD_VERIFIER or NEW_PASSWORD_REQUIRED.",
        )),
    }
}

/// Replaces the temporary password with the new one, revokes all sessions and tokens of the account, and signs the user in.
async fn choose(
    call: &Call<'_>,
    application: &Application,
    session: &str,
    responses: &Parameters,
) -> Reply {
    let (api, tenant) = (call.api, application.tenant());
    let pending = challenge_session::open(&api.seals, application, session, Utc::now());
    let pending = pending.ok_or_else(invalid_session)?;
    let new = NewPassword::parse(required(responses, "NEW_PASSWORD")?)?;
    let found = api.store.find_credential_of(tenant, pending.account).await?;
    let found = found.filter(|found| api.idp.may_use_account(found.demo) && pending.is_of(found));
    let found = found.ok_or_else(invalid_session)?;
    let person = api.store.person(tenant, found.account).await?.ok_or_else(invalid_session)?;
    let username = required(responses, "USERNAME")?;
    let new = new.of_person(&person, &application.pool)?;
    let is_own_name = username == person.account.to_string()
        || username.parse::<Email>().is_ok_and(|email| email == person.email);
    if !is_own_name {
        return Err(invalid_session());
    }
    check_unchanged(&person, tenant, responses)?;
    if new.is_password_of(api, tenant, &found).await? {
        return Err(Exception::new(
            Kind::InvalidPassword,
            "Password did not conform with policy: it must differ from the temporary one",
        ));
    }
    if !new.replace(api, &application.pool, &found, None).await? {
        return Err(invalid_session());
    }
    tokens::sign_in_after_change(api, application, found.account).await
}

/// Accepts the attributes that a client sends back from `NEW_PASSWORD_REQUIRED` if they are unchanged. Attributes cannot be changed here.
fn check_unchanged(
    person: &Person,
    tenant: TenantId,
    responses: &Parameters,
) -> Result<(), Exception> {
    for (parameter, value) in responses {
        let Some(name) = parameter.strip_prefix("userAttributes.") else { continue };
        let Some(known) = user::attribute(person, tenant, name) else {
            return Err(Exception::invalid(user::no_such_attribute(name)));
        };
        if *value != known {
            return Err(Exception::invalid(format!(
                "userAttributes.{name} cannot be changed here: leave it out, or send it back unchanged."
            )));
        }
    }
    Ok(())
}

fn invalid_session() -> Exception {
    Exception::not_authorized("Invalid session for the user.")
}
