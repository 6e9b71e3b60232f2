//! A forgotten password: a code by mail, and what is chosen with it.
//!
//! A code has 65 bits, so that nobody finds it by trying, and lives for an hour. Nothing tells whether there is somebody to be mailed to: not the answer, and
//! not its time.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Credential, Reset, ResetMail};

use super::{
    Reply, application,
    call::Call,
    client_secret,
    exception::{Exception, Kind},
    new_password::NewPassword,
    random_code, user,
};
use crate::{
    Api,
    error::ApiError,
    idp::{Application, sign_in},
};

const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Five bits each.
const CODE_LETTERS: usize = 13;
/// A guess at somebody's code is looked up, which takes PostgreSQL a moment; no answer comes sooner than this, so that the moment does not tell.
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

/// `ForgotPassword`: mails a code to whoever has this name. Where it is sent to is told from the name as it came, for strangers too.
pub(super) async fn forgot_password(call: &Call<'_>) -> Reply {
    let Forgot { client_id, secret_hash, username } = call.read()?;
    let application = application::open(call.api, &client_id).await?;
    client_secret::check_hash(call.api, &application, &username, secret_hash.as_deref())?;
    if let Some(found) = sign_in::find(call.api, application.tenant(), &username).await? {
        let api = call.api.clone();
        // Not waited for. How many may be under way at once the store bounds.
        actix_web::rt::spawn(async move {
            let mailed = mail(&api, &application, &found).await;
            mailed.unwrap_or_else(|error| tracing::warn!(%error, "idp.reset_code.not_mailed"));
        });
    }
    Ok(json!({
        "CodeDeliveryDetails": {
            "AttributeName": "email",
            "DeliveryMedium": "EMAIL",
            "Destination": user::masked(&username),
        },
    }))
}

/// `ConfirmForgotPassword`: another password for the code. Every session and every token of the person ends.
pub(super) async fn confirm_forgot_password(call: &Call<'_>) -> Reply {
    let asked: Confirm = call.read()?;
    let application = application::open(call.api, &asked.client_id).await?;
    let hash = asked.secret_hash.as_deref();
    client_secret::check_hash(call.api, &application, &asked.username, hash)?;
    let new = NewPassword::parse(&asked.password)?;
    let code = Sha256::digest(random_code::read(&asked.confirmation_code)).into();
    let guess = guess(call.api, &application, &asked.username, code);
    let (found, ()) = tokio::join!(guess, tokio::time::sleep(NO_SOONER));
    if !new.take_place_of(call.api, &application.pool, &found?, Some(code)).await? {
        return Err(mismatch());
    }
    Ok(json!({}))
}

/// Whose code it was. A stranger's, none at all, and a wrong one are the same.
async fn guess(
    api: &Api,
    application: &Application,
    username: &str,
    code: [u8; 32],
) -> Result<Credential, Exception> {
    let tenant = application.tenant();
    let found = sign_in::find(api, tenant, username).await?.ok_or_else(mismatch)?;
    match api.store.check_reset_code(tenant, found.account, code).await? {
        Reset::Right => Ok(found),
        Reset::Wrong => Err(mismatch()),
        Reset::Expired => Err(Exception::new(
            Kind::ExpiredCode,
            "Invalid code provided, please request a code again.",
        )),
    }
}

/// Only an address that is known to be the person's gets a code: whoever reads mail there becomes that person.
async fn mail(api: &Api, application: &Application, found: &Credential) -> Result<(), ApiError> {
    let (tenant, account) = (application.tenant(), found.account);
    let person = api.store.person(tenant, account).await?;
    if !person.is_some_and(|person| person.email_verified) {
        return Ok(());
    }
    let code = random_code::random::<CODE_LETTERS>()?;
    let new = ResetMail {
        digest: Sha256::digest(&code).into(),
        expires_at: Utc::now() + LIFETIME,
        subject: "Your password reset code".to_owned(),
        body: format!(
            "Your code is {code}. It is good for an hour and for one use.\n\nIf you did not ask for it, you need not do anything."
        ),
    };
    api.store.mail_reset_code(tenant, account, new).await?;
    Ok(())
}

fn mismatch() -> Exception {
    Exception::new(Kind::CodeMismatch, "Invalid verification code provided, please try again.")
}
