//! Issues tokens: for a sign-in, for a refresh token, and for a machine. No other module of this crate signs tokens.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccessScope, AccountId, OriginId};
use store::{NewFamily, Person, PresentedToken, Refreshed};
use token::{
    Grant, IdTokenBinding, Profile, RefreshToken, SignedToken, TokenLifetime, new_sign_in_id,
};

use crate::{Application, IdentityProvider, IssueError};

/// The tokens of one reply to a client.
pub struct IssuedTokens {
    /// The access token, which every reply has.
    pub access: SignedToken,
    /// The ID token, if the scopes include `openid` or the Cognito scope of one's own account.
    pub id: Option<SignedToken>,
    /// The refresh token, if a new one was issued.
    pub refresh: Option<String>,
    /// The lifetime of the access token, in seconds.
    pub expires_in: u16,
    /// The scopes of the access token.
    pub scopes: Vec<AccessScope>,
}

/// The protocol in which a client asked for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// OAuth 2.1 and `OpenID` Connect: an ID token has `at_hash` (OpenID Connect Core §3.1.3.6).
    OpenId,
    /// Cognito's own: an ID token has no `at_hash`, as at AWS, and clients such as pycognito fail on one.
    Cognito,
}

/// A sign-in that tokens are issued for.
pub struct SignIn<'s> {
    /// The application that asks for the tokens.
    pub application: &'s Application,
    /// The user who signed in.
    pub person: &'s Person,
    /// The scopes of the tokens. The application may ask for all of them.
    pub scopes: Vec<AccessScope>,
    /// When the user signed in, by PostgreSQL's clock.
    pub authenticated_at: DateTime<Utc>,
    /// When the user entered the password.
    pub password_at: DateTime<Utc>,
    /// The `nonce` that the ID token must repeat.
    pub nonce: Option<&'s str>,
    /// The protocol of the request.
    pub protocol: Protocol,
}

impl IssuedTokens {
    /// The scopes as one text, separated by spaces (RFC 6749 §3.3).
    pub fn scope(&self) -> String {
        let words: Vec<&str> = self.scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    }
}

impl IdentityProvider {
    /// Starts a token family and issues its first tokens. `None` if the user may not sign in, or if this sign-in was revoked in the meantime.
    ///
    /// # Errors
    /// [`IssueError`] if a store does not answer or a token cannot be signed.
    pub async fn begin(&self, sign_in: SignIn<'_>) -> Result<Option<IssuedTokens>, IssueError> {
        let origin = new_origin(sign_in.authenticated_at)?;
        self.begin_as(sign_in, origin).await
    }

    /// Like [`Self::begin`], for a sign-in that has an id already.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_as(
        &self,
        sign_in: SignIn<'_>,
        origin: OriginId,
    ) -> Result<Option<IssuedTokens>, IssueError> {
        let SignIn { application, person, scopes, authenticated_at, password_at, nonce, protocol } =
            sign_in;
        if !person.enabled || !self.may_use_account(person.demo) {
            return Ok(None);
        }
        let token = RefreshToken::random()?;
        let minutes = TimeDelta::minutes(application.client.refresh_minutes.into());
        let family = NewFamily {
            id: origin,
            account: person.account,
            client: application.client.id.clone(),
            scopes: scopes.clone(),
            authenticated_at,
            password_at,
            expires_at: authenticated_at + minutes,
            digest: *token.digest().as_bytes(),
        };
        let tenant = application.tenant();
        let Some(surplus) = self.store.start_family(tenant, family).await? else { return Ok(None) };
        for family in surplus {
            self.revocations.end_tokens(tenant, family).await?;
        }
        let mut issued = self
            .sign(application, person, scopes, (origin, password_at), (nonce, protocol))
            .await?;
        issued.refresh = Some(token.to_text());
        Ok(Some(issued))
    }

    /// Issues new tokens for a refresh token, and its successor if the client's refresh tokens rotate (row T4g). `None` if the refresh token is unknown,
    /// expired or revoked.
    ///
    /// The new tokens have those scopes of the family that the application and the user's role allow now.
    ///
    /// If a replaced token is used again, the whole family is revoked with its access tokens, and `watertight_refresh_token_reuse_total` is counted.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn refresh(
        &self,
        application: &Application,
        text: &str,
        protocol: Protocol,
    ) -> Result<Option<IssuedTokens>, IssueError> {
        let Ok(token) = text.parse::<RefreshToken>() else { return Ok(None) };
        let tenant = application.tenant();
        let presented = self.presented(application, &token);
        let grant = match self.store.refresh(tenant, presented).await? {
            Refreshed::Good(grant) => grant,
            Refreshed::Refused => return Ok(None),
            Refreshed::Reused { family, account } => {
                self.revoke_reused(application, family, account).await?;
                return Ok(None);
            }
        };
        let person = self.store.person(tenant, grant.account).await?;
        let Some(person) =
            person.filter(|person| person.enabled && self.may_use_account(person.demo))
        else {
            return Ok(None);
        };
        let scopes = grant.scopes;
        let mut issued = self
            .sign(application, &person, scopes, (grant.family, grant.password_at), (None, protocol))
            .await?;
        if let Some((generation, digest)) = grant.successor {
            let digest = token::RefreshDigest::from_bytes(digest);
            let seals = self.pools.seals();
            let next = token.same_successor(seals, tenant, grant.family, generation, &digest);
            let Some(next) = next else {
                // The stored successor was derived under a root key that this process no longer has, so it cannot be returned.
                return Ok(None);
            };
            issued.refresh = Some(next.to_text());
        }
        Ok(Some(issued))
    }

    /// The refresh token as the store looks it up and replaces it.
    fn presented(&self, application: &Application, token: &RefreshToken) -> PresentedToken {
        let tenant = application.tenant();
        let grace = TimeDelta::seconds(application.client.grace_seconds.into());
        let lifetime = TimeDelta::minutes(application.client.refresh_minutes.into());
        let (parent, seals) = (token.clone(), self.pools.seals().clone());
        PresentedToken {
            digest: *token.digest().as_bytes(),
            client: application.client.id.clone(),
            lifetime,
            rotates: application.client.rotates.then_some(grace),
            successor: Box::new(move |family, generation| {
                *parent.successor(&seals, tenant, family, generation).digest().as_bytes()
            }),
        }
    }

    /// Issues an access token for a machine (row T9). A machine gets no refresh token, because it can use its secret again.
    ///
    /// # Errors
    /// [`IssueError`] if the signing keys cannot be read or the token cannot be signed.
    pub async fn issue_to_machine(
        &self,
        application: &Application,
        scopes: Vec<AccessScope>,
    ) -> Result<IssuedTokens, IssueError> {
        let now = Utc::now();
        let issuer = self.pools.token_issuer(&application.pool, now).await?;
        let lifetime = lifetime(application.client.access_minutes)?;
        let client = &application.client.id;
        let access = issuer.machine_token(client, &scopes, lifetime, now)?;
        let expires_in = lifetime.seconds();
        Ok(IssuedTokens { access, id: None, refresh: None, expires_in, scopes })
    }

    /// Signs the tokens of a user, with those `scopes` that the application and the user's role allow.
    async fn sign(
        &self,
        application: &Application,
        person: &Person,
        mut scopes: Vec<AccessScope>,
        (origin, password_at): (OriginId, DateTime<Utc>),
        (nonce, protocol): (Option<&str>, Protocol),
    ) -> Result<IssuedTokens, IssueError> {
        let now = Utc::now();
        scopes.retain(|scope| application.allows(*scope) && scope.is_allowed_for(person.role));
        let issuer = self.pools.token_issuer(&application.pool, now).await?;
        let client = application.client.id.clone();
        let grant =
            Grant { account: person.account, role: person.role, client, origin, password_at };
        let access_lifetime = lifetime(application.client.access_minutes)?;
        let access = issuer.access_token(&grant, &scopes, access_lifetime, now)?;
        let known = [AccessScope::OpenId, AccessScope::OwnAccount];
        let id = if scopes.iter().any(|scope| known.contains(scope)) {
            let Person { email, email_verified, name, .. } = person;
            let profile = Profile { email, email_verified: *email_verified, name };
            let access_token = (protocol == Protocol::OpenId).then_some(&access);
            let bound = IdTokenBinding { nonce, access_token };
            let lifetime = lifetime(application.client.id_minutes)?;
            Some(issuer.id_token(&grant, &profile, bound, lifetime, now)?)
        } else {
            None
        };
        let expires_in = access_lifetime.seconds();
        Ok(IssuedTokens { access, id, refresh: None, expires_in, scopes })
    }

    /// Revokes a family after a replaced token was used again. Either the client or a thief used it, and the server cannot tell which (RFC 9700 §4.14.2).
    async fn revoke_reused(
        &self,
        application: &Application,
        family: OriginId,
        account: AccountId,
    ) -> Result<(), IssueError> {
        let tenant = application.tenant();
        let client = &application.client.id;
        // A metric and a log line, not an alert: every account can cause this with its own token, and no lock is broken.
        let label = tenant.to_string();
        metrics::counter!("watertight_refresh_token_reuse_total", "tenant" => label).increment(1);
        tracing::warn!(%tenant, %account, %client, origin = %family, "idp.refresh_token.reused");
        Ok(self.revocations.end_tokens(tenant, family).await?)
    }
}

/// Makes the id of a sign-in at the time `at`.
///
/// # Errors
/// [`getrandom::Error`] if the operating system provides no randomness.
pub fn new_origin(at: DateTime<Utc>) -> Result<OriginId, getrandom::Error> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)?;
    Ok(new_sign_in_id(at, &random))
}

fn lifetime(minutes: u32) -> Result<TokenLifetime, IssueError> {
    let seconds = u16::try_from(minutes * 60).unwrap_or(u16::MAX);
    Ok(TokenLifetime::from_seconds(seconds)?)
}

/// Shows the scopes only: possession of a token is enough to use it.
impl fmt::Debug for IssuedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedTokens").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}
