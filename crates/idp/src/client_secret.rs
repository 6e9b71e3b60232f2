//! The secret of an application. Its digest is stored for checking it, and the sealed secret is stored because Cognito's protocol computes with it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{ClientId, TenantId};
use hmac::{Hmac, KeyInit, Mac, digest::InvalidLength};
use seal::{KeyScope, Purpose, ResealError, SealError, Seals};
use sha2::{Digest, Sha256};
use store::NewAppClient;
use token::is_same_secret;
use zeroize::Zeroizing;

use crate::Application;

/// Never change it: every stored secret is sealed with it.
const PURPOSE: Purpose = Purpose::of("app client secret");

/// The longest `SECRET_HASH` that is decoded, in characters. A valid one has 44.
const LONGEST_HASH: usize = 64;

/// Why a client secret could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientSecretError {
    /// The operating system provides no randomness.
    #[error("the operating system provides no randomness")]
    NoRandomness(#[from] getrandom::Error),
    /// The new secret could not be sealed.
    #[error("the client secret could not be sealed")]
    Seal(#[from] SealError),
}

/// A new client secret: its text, which is shown once, and the stored form.
pub struct ClientSecret {
    /// 256 random bits, as 43 characters of base64url.
    pub text: Zeroizing<String>,
    /// The stored form: the SHA-256 digest, and the secret sealed for its tenant and client.
    pub stored: ([u8; 32], Vec<u8>),
}

impl ClientSecret {
    /// Makes a new secret for a client of a tenant.
    ///
    /// # Errors
    /// [`ClientSecretError`] if the operating system provides no randomness.
    pub fn random(
        seals: &Seals,
        tenant: TenantId,
        client: &ClientId,
    ) -> Result<Self, ClientSecretError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes)?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes));
        let sealed = seals.seal(scope(tenant), client.as_str().as_bytes(), text.as_bytes())?;
        let digest = Sha256::digest(text.as_bytes()).into();
        Ok(Self { text, stored: (digest, sealed) })
    }

    /// Seals a stored secret under the current root key. Returns `None` if it is sealed under that already.
    ///
    /// # Errors
    /// [`ResealError`] if the secret was sealed for another tenant or client.
    pub fn reseal(
        seals: &Seals,
        tenant: TenantId,
        client: &ClientId,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, ResealError> {
        seals.reseal(scope(tenant), client.as_str().as_bytes(), sealed)
    }
}

/// Whether the text is the client's secret. Always false for a public client, which has no secret.
pub(crate) fn is_secret_of(client: &NewAppClient, text: &str) -> bool {
    let sent: [u8; 32] = Sha256::digest(text).into();
    client.secret.as_ref().is_some_and(|(digest, _)| is_same_secret(digest, &sent))
}

impl Application {
    /// Whether `sent` is the `SECRET_HASH` of Cognito's protocol: HMAC-SHA-256 of user name and client id under the secret, in base64. Always false for a
    /// public application, which has no secret.
    ///
    /// # Errors
    /// [`InvalidLength`] if the stored secret cannot be the key of an HMAC.
    pub fn has_secret_hash(
        &self,
        seals: &Seals,
        username: &str,
        sent: &str,
    ) -> Result<bool, InvalidLength> {
        let secret = open(seals, self.tenant(), &self.client);
        let (Some(secret), true) = (secret, sent.len() <= LONGEST_HASH) else { return Ok(false) };
        let Ok(sent) = STANDARD.decode(sent) else { return Ok(false) };
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        let mac = mac.chain_update(username).chain_update(self.client.id.as_str());
        Ok(mac.verify_slice(&sent).is_ok())
    }
}

/// The opened secret. `None` for a public client, and if the seal does not open; then every value computed with the secret must be refused.
fn open(seals: &Seals, tenant: TenantId, client: &NewAppClient) -> Option<Zeroizing<String>> {
    let (_, sealed) = client.secret.as_ref()?;
    let opened = seals.open(scope(tenant), client.id.as_str().as_bytes(), sealed);
    let opened = opened
        .inspect_err(|error| tracing::error!(%tenant, client = %client.id, %error, "idp.client_secret.not_opened"))
        .ok()?;
    String::from_utf8(opened).ok().map(Zeroizing::new)
}

const fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use store::Flow;
    use uuid::Uuid;

    use super::*;

    fn client(id: &str, secret: Option<([u8; 32], Vec<u8>)>) -> NewAppClient {
        NewAppClient {
            id: id.parse().unwrap(),
            name: "Payroll".to_owned(),
            secret,
            flows: vec![Flow::ClientCredentials],
            scopes: Vec::new(),
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            access_minutes: 5,
            id_minutes: 5,
            refresh_minutes: 60,
            rotates: true,
            grace_seconds: 0,
        }
    }

    /// T9: a secret is accepted only for its own client of its own tenant.
    #[test]
    fn a_secret_is_valid_for_its_own_client_only() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let [tenant, other] = [1, 2].map(|n| TenantId::from_uuid(Uuid::from_u128(n)));
        let id: ClientId = "payroll".parse().unwrap();
        let secret = ClientSecret::random(&seals, tenant, &id).unwrap();
        let payroll = client("payroll", Some(secret.stored.clone()));
        assert!(is_secret_of(&payroll, &secret.text));
        assert!(!is_secret_of(&payroll, &secret.text[1..]));
        assert!(!is_secret_of(&client("payroll", None), &secret.text));
        assert_eq!(open(&seals, tenant, &payroll).unwrap(), secret.text);
        assert!(open(&seals, other, &payroll).is_none());
        assert!(open(&seals, tenant, &client("another", Some(secret.stored))).is_none());
    }

    /// T9: a secret is sealed again under a new root key and stays the same.
    #[test]
    fn resealing_a_secret_does_not_change_it() {
        let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let id: ClientId = "payroll".parse().unwrap();
        let secret = ClientSecret::random(&Seals::new(&old, None), tenant, &id).unwrap();
        let (digest, sealed) = secret.stored;
        let both = Seals::new(&new, Some(&old));
        let sealed = ClientSecret::reseal(&both, tenant, &id, &sealed).unwrap().unwrap();
        assert!(ClientSecret::reseal(&both, tenant, &id, &sealed).unwrap().is_none());
        let payroll = client("payroll", Some((digest, sealed)));
        assert!(is_secret_of(&payroll, &secret.text));
        assert_eq!(open(&Seals::new(&new, None), tenant, &payroll).unwrap(), secret.text);
    }
}
