//! Signing in with SRP, without sending the password, for pools where it is switched on (ADR 13).

use std::time::Duration;

use chrono::Utc;
use credential::srp::{
    ChallengeInput, OpenChallenge, Proof, PublicValue, Realm, Verifier, VerifierLookup,
};
use domain::AccountId;
use idp::{AccountName, Application};
use serde_json::json;
use store::Flow;
use throttle::Rule;

use super::{
    Reply, application,
    call::{Call, Parameters, required},
    exception::Exception,
    tokens,
};
use crate::{Api, attempts, error::ApiError};

/// The challenge to prove knowledge of the password.
pub(super) const PASSWORD_VERIFIER: &str = "PASSWORD_VERIFIER";

/// How long an answered challenge is stored: longer than it is valid by any node's clock.
const STORED: Duration = Duration::from_mins(10);

/// Returns a challenge for this user name. A challenge for an unknown name looks the same and costs the same time.
///
/// An answer counts as an attempt at the password, because a challenge takes one answer. A right answer takes the attempt back.
pub(super) async fn begin(
    call: &Call<'_>,
    application: &Application,
    username: &str,
    srp_a: &str,
) -> Reply {
    let public: PublicValue =
        srp_a.parse().map_err(|_| Exception::invalid("SRP_A must be a number of the group."))?;
    let api = call.api;
    // Refuses a flood here, before it reaches PostgreSQL.
    let place = api.passwords.place(application.tenant())?;
    let realm = realm(application);
    let (account, found) = find(api, application, &realm, username).await?;
    let (rule, tenant) = (Rule::Password, application.tenant());
    let _counted = attempts::reserve(api, call.request, rule, tenant, &account.to_string()).await?;
    let asked = ChallengeInput { realm, username: username.to_owned(), public, found };
    let challenge = place.srp_challenge(api.seals.clone(), asked, Utc::now()).await?;
    Ok(json!({
        "ChallengeName": PASSWORD_VERIFIER,
        "ChallengeParameters": {
            "SALT": challenge.salt,
            "SECRET_BLOCK": challenge.secret_block,
            "SRP_B": challenge.srp_b,
            "USERNAME": challenge.user_id,
            "USER_ID_FOR_SRP": challenge.user_id,
        },
    }))
}

/// Checks the answer to a challenge, which only a client with the password can compute, and signs the user in.
pub(super) async fn answer(
    call: &Call<'_>,
    application: &Application,
    responses: &Parameters,
) -> Reply {
    let api = call.api;
    application::check_flow(application, Flow::Srp)?;
    let claim = Proof {
        signature: required(responses, "PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: required(responses, "TIMESTAMP")?,
    };
    let block = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let (realm, now) = (realm(application), Utc::now());
    let pending = OpenChallenge::open(&api.seals, &realm, block, now);
    let pending = pending.map_err(|_| Exception::wrong_credentials())?;
    // A challenge takes one answer, right or wrong. Otherwise each guess at the password would cost only an HMAC instead of a new challenge, which waits in the
    // queue of password hashing. It also makes a recorded answer useless.
    if !api.store.answer_once(application.tenant(), pending.id(), STORED).await? {
        return Err(Exception::wrong_credentials());
    }
    // Read before the verifier: if the password changes in between, the sign-in fails.
    let found = api.store.find_credential_of(application.tenant(), pending.account()).await?;
    let found = found.filter(|found| api.idp.may_use_account(found.demo));
    let current = verifier(api, application, pending.account()).await?;
    pending.answer(claim, current.as_ref(), now).map_err(|_| Exception::wrong_credentials())?;
    let (tenant, name) = (application.tenant(), pending.account().to_string());
    attempts::give_back(api, call.request, Rule::Password, tenant, &name).await;
    tokens::sign_in(api, application, &found.ok_or_else(Exception::wrong_credentials)?).await
}

fn realm(application: &Application) -> Realm {
    Realm {
        tenant: application.tenant(),
        pool: application.pool.id().clone(),
        client: application.client.id.clone(),
    }
}

/// The account of this user name, or a decoy account if there is none, and its verifier. Both cases cost two queries to PostgreSQL.
async fn find(
    api: &Api,
    application: &Application,
    realm: &Realm,
    username: &str,
) -> Result<(AccountId, VerifierLookup), ApiError> {
    let known =
        api.idp.find_account(application.tenant(), AccountName::parse(username).as_ref()).await?;
    let known = known.map(|known| known.account);
    let account = known.unwrap_or_else(|| realm.decoy_account(&api.seals, username));
    let verifier = verifier(api, application, account).await?;
    let found = match (known, verifier) {
        (None, _) => VerifierLookup::Unknown,
        (Some(account), None) => VerifierLookup::WithoutVerifier(account),
        (Some(_), Some(verifier)) => VerifierLookup::Verifier(verifier),
    };
    Ok((account, found))
}

/// The SRP verifier of the account. One whose seal does not open counts as missing; the next password replaces it.
async fn verifier(
    api: &Api,
    application: &Application,
    account: AccountId,
) -> Result<Option<Verifier>, ApiError> {
    let (tenant, pool) = (application.tenant(), application.pool.id());
    let Some(sealed) = api.store.srp_verifier(tenant, account).await? else { return Ok(None) };
    let opened = Verifier::open(&api.seals, tenant, pool, account, &sealed);
    let opened = opened.inspect_err(
        |error| tracing::error!(%tenant, %account, %error, "idp.srp_verifier.not_opened"),
    );
    Ok(opened.ok())
}
