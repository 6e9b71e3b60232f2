//! Resetting a forgotten password with a code that is sent by mail.
//!
//! A code has 65 bits, so that no client can guess it, and expires after an hour. Neither the answer nor its time reveals whether there is an account: the work
//! is the same for a name without an account.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use domain::{AccountId, TenantId};
use idp::{AccountName, Application};
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
use crate::{Api, attempts, error::ApiError};

const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// The length of a code. Each letter has five bits.
const CODE_LETTERS: usize = 13;
/// The shortest time of an answer. It hides how long PostgreSQL takes to look up the code.
const MINIMUM_TIME: Duration = Duration::from_millis(250);

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
    let name = AccountName::normalized(&username);
    let _counted = attempts::reserve(api, call.request, Rule::Reset, tenant, &name).await?;
    let pause = attempts::reserve(api, call.request, Rule::ResetPause, tenant, &name).await;
    if let Ok(pause) = pause {
        let started = start_mail(api, tenant, &username).await;
        if started.is_err() {
            pause.give_back().await;
        }
        started?;
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
    let confirm: Confirm = call.read()?;
    let application = application::open(call.api, &confirm.client_id).await?;
    let hash = confirm.secret_hash.as_deref();
    client_secret::check_hash(call, &application, &confirm.username, hash).await?;
    let new = NewPassword::parse(&confirm.password)?;
    let (api, tenant) = (call.api, application.tenant());
    let name = AccountName::normalized(&confirm.username);
    let attempt = attempts::reserve(api, call.request, Rule::ResetCode, tenant, &name).await?;
    let code = Sha256::digest(random_code::read(&confirm.confirmation_code)).into();
    let found = find_by_code(api, &application, &confirm.username, code);
    let (found, ()) = tokio::join!(found, tokio::time::sleep(MINIMUM_TIME));
    let found = attempts::settle(attempt, found).await?;
    let person = api.store.person(tenant, found.account).await?.ok_or_else(mismatch)?;
    let new = new.of_person(&person, &application.pool)?;
    if !new.replace(api, &application.pool, &found, Some(code)).await? {
        return Err(mismatch());
    }
    Ok(json!({}))
}

/// The account that the code belongs to. An unknown name, an account without a code and a wrong code get the same answer after the same queries.
async fn find_by_code(
    api: &Api,
    application: &Application,
    username: &str,
    code: [u8; 32],
) -> Result<Credential, Exception> {
    let tenant = application.tenant();
    let found = api.idp.find_account(tenant, AccountName::parse(username).as_ref()).await?;
    let account = found.as_ref().map_or_else(made_up_account, |found| found.account);
    let checked = api.store.check_reset_code(tenant, account, code).await?;
    match (found, checked) {
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
async fn start_mail(api: &Api, tenant: TenantId, username: &str) -> Result<(), ApiError> {
    let found = api.idp.find_account(tenant, AccountName::parse(username).as_ref()).await?;
    let account = found.map_or_else(made_up_account, |found| found.account);
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
fn made_up_account() -> AccountId {
    AccountId::from_uuid(Uuid::new_v4())
}

fn mismatch() -> Exception {
    Exception::new(Kind::CodeMismatch, "Invalid verification code provided, please try again.")
}
