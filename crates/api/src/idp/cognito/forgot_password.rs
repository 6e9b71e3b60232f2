//! Resetting a forgotten password with a code that is sent by mail.
//!
//! A code has 65 bits, so that no client can guess it, and expires after an hour. Neither the answer nor its time reveals whether there is an account: the work
//! is the same for a name without an account.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use domain::{AccountId, TenantId};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Credential, Reset, ResetMail};
use throttle::Rule;
use uuid::Uuid;

use super::{
    Reply, application,
    call::Call,
    client_secret,
    exception::{Exception, Kind},
    new_password::NewPassword,
    random_code, user,
};
use crate::{
    Api, attempts,
    error::ApiError,
    idp::{Application, sign_in},
};

const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// The length of a code. Each letter has five bits.
const CODE_LETTERS: usize = 13;
/// The shortest time of an answer. It hides how long PostgreSQL takes to look up the code.
const NO_SOONER: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Forgot {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Confirm {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
    password: String,
}

/// `ForgotPassword`: mails a code to the account of this user name. The reply masks the user name of the request as the destination, also if there is no
/// account.
///
/// Within a minute of the last code it answers without any work: that mail is still on its way.
pub(super) async fn forgot_password(call: &Call<'_>) -> Reply {
    let Forgot { client_id, secret_hash, username } = call.read()?;
    let application = application::open(call.api, &client_id).await?;
    client_secret::check_hash(call, &application, &username, secret_hash.as_deref()).await?;
    let (api, tenant) = (call.api, application.tenant());
    let name = attempts::account_name(&username);
    let _counted = attempts::reserve(api, call.request, Rule::Reset, tenant, &name).await?;
    let pause = attempts::reserve(api, call.request, Rule::ResetPause, tenant, &name).await;
    if let Ok(pause) = pause {
        let begun = begin_to_mail(api, tenant, &username).await;
        if begun.is_err() {
            pause.give_back().await;
        }
        begun?;
    }
    Ok(json!({
        "CodeDeliveryDetails": {
            "AttributeName": "email",
            "DeliveryMedium": "EMAIL",
            "Destination": user::masked(&username),
        },
    }))
}

/// `ConfirmForgotPassword`: sets a new password in exchange for the code. All sessions and tokens of the account are revoked.
pub(super) async fn confirm_forgot_password(call: &Call<'_>) -> Reply {
    let asked: Confirm = call.read()?;
    let application = application::open(call.api, &asked.client_id).await?;
    let hash = asked.secret_hash.as_deref();
    client_secret::check_hash(call, &application, &asked.username, hash).await?;
    let new = NewPassword::parse(&asked.password)?;
    let (api, tenant) = (call.api, application.tenant());
    let name = attempts::account_name(&asked.username);
    let attempt = attempts::reserve(api, call.request, Rule::ResetCode, tenant, &name).await?;
    let code = Sha256::digest(random_code::read(&asked.confirmation_code)).into();
    let guess = guess(api, &application, &asked.username, code);
    let (found, ()) = tokio::join!(guess, tokio::time::sleep(NO_SOONER));
    let found = attempts::settle(attempt, found).await?;
    let person = api.store.person(tenant, found.account).await?.ok_or_else(mismatch)?;
    let new = new.of_person(&person, &application.pool)?;
    if !new.replace(api, &application.pool, &found, Some(code)).await? {
        return Err(mismatch());
    }
    Ok(json!({}))
}

/// The account that the code belongs to. An unknown name, an account without a code and a wrong code get the same answer after the same queries.
async fn guess(
    api: &Api,
    application: &Application,
    username: &str,
    code: [u8; 32],
) -> Result<Credential, Exception> {
    let tenant = application.tenant();
    let found = sign_in::find(api, tenant, username).await?;
    let account = found.as_ref().map_or_else(stranger, |found| found.account);
    let shown = api.store.check_reset_code(tenant, account, code).await?;
    match (found, shown) {
        (Some(found), Reset::Right) => Ok(found),
        (None, _) | (_, Reset::Wrong) => Err(mismatch()),
        (Some(_), Reset::Expired) => Err(Exception::new(
            Kind::ExpiredCode,
            "Invalid code provided, please request a code again.",
        )),
    }
}

/// Looks up the user name and starts a task that mails the code. For an unknown name the task does the same work with a made-up account. The request does not
/// wait for the task. The store limits how many such tasks run at once.
async fn begin_to_mail(api: &Api, tenant: TenantId, username: &str) -> Result<(), ApiError> {
    let found = sign_in::find(api, tenant, username).await?;
    let account = found.map_or_else(stranger, |found| found.account);
    let api = api.clone();
    actix_web::rt::spawn(async move {
        if let Err(error) = mail(&api, tenant, account).await {
            tracing::warn!(%error, "idp.reset_code.not_mailed");
        }
    });
    Ok(())
}

async fn mail(api: &Api, tenant: TenantId, account: AccountId) -> Result<(), ApiError> {
    let code = random_code::random::<CODE_LETTERS>()?;
    let new = ResetMail {
        digest: Sha256::digest(&code).into(),
        expires_at: Utc::now() + LIFETIME,
        subject: "Your password reset code".to_owned(),
        body: format!(
            "Your code is {code}. It can be used once, within an hour.\n\nIf you did not ask for it, you can ignore this message."
        ),
    };
    api.store.mail_reset_code(tenant, account, new).await?;
    Ok(())
}

/// A random id, which belongs to no account.
fn stranger() -> AccountId {
    AccountId::from_uuid(Uuid::new_v4())
}

fn mismatch() -> Exception {
    Exception::new(Kind::CodeMismatch, "Invalid verification code provided, please try again.")
}
