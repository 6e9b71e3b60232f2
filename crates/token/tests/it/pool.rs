//! Pools with accessible private keys, so that a test can sign a token with any content.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaPublicKeyComponents,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::{OriginId, TenantId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use token::{Issuer, KeyRing, Leeway, PublicKey, TokenUse, TrustedKey, new_sign_in_id};
use uuid::Uuid;

/// The current time in all tests, in seconds since the Unix epoch.
pub(crate) const NOW: i64 = 1_795_000_000;
/// The account of Amara, an HR admin of Acme.
pub(crate) const AMARA: &str = "0192f0c1-a2b3-74d5-8697-08192a3b4c5d";
/// The client id of the application.
pub(crate) const CLIENT: &str = "3n4b5urk1ft4fl3mg5e62d9ado";

/// Acme's pool signs with RSA, like a Cognito pool.
pub(crate) static ACME: LazyLock<Pool> =
    LazyLock::new(|| Pool::new(1, "AcmeCorp1", [Key::rsa(), Key::rsa()]));
/// Betaco's pool signs with ES256.
pub(crate) static BETACO: LazyLock<Pool> =
    LazyLock::new(|| Pool::new(2, "BetaCo1", [Key::p256(), Key::p256()]));
/// A key ring that trusts both pools.
pub(crate) static RING: LazyLock<KeyRing> = LazyLock::new(|| ring([&ACME, &BETACO]));

pub(crate) struct Pool {
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) id: Key,
    pub(crate) access: Key,
}

pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) alg: &'static str,
    pub(crate) jwk: Value,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The id of a sign-in ten minutes before [`NOW`].
pub(crate) fn origin() -> OriginId {
    new_sign_in_id(DateTime::from_timestamp(NOW - 600, 0).unwrap(), &[7; 10])
}

pub(crate) fn ring<const N: usize>(pools: [&Pool; N]) -> KeyRing {
    KeyRing::new(pools.into_iter().flat_map(Pool::trusted), Leeway::LONGEST).unwrap()
}

impl Pool {
    fn new(tenant: u128, name: &str, [id, access]: [Key; 2]) -> Self {
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        let pool = format!("eu-local-1_{name}").parse().unwrap();
        let issuer = Issuer::of_pool(tenant, pool, "https://hr.example").unwrap();
        Self { issuer: Arc::new(issuer), id, access }
    }

    /// The pool's public keys, as the server trusts them.
    pub(crate) fn trusted(&self) -> [TrustedKey; 2] {
        [(&self.id, TokenUse::Id), (&self.access, TokenUse::Access)].map(|(key, token_use)| {
            let issuer = Arc::clone(&self.issuer);
            TrustedKey { key: key.public(), token_use, issuer, trusted_until: None }
        })
    }

    /// The claims of a person's access token, as we issue it.
    pub(crate) fn access_claims(&self) -> Value {
        json!({
            "sub": AMARA,
            "cognito:groups": ["hr_admin"],
            "iss": self.issuer.url().as_str(),
            "version": 2,
            "client_id": CLIENT,
            "origin_jti": origin().to_string(),
            "token_use": "access",
            "scope": "openid hr/employees.read",
            "auth_time": NOW - 1200,
            "exp": NOW + 300,
            "iat": NOW - 300,
            "jti": "6f1c2d3e-4b5a-4c6d-8e7f-901a2b3c4d5e",
            "username": AMARA,
        })
    }

    /// The claims of a machine's access token.
    pub(crate) fn machine_claims(&self) -> Value {
        let mut claims = self.access_claims();
        for person in ["cognito:groups", "origin_jti", "auth_time", "username"] {
            claims.as_object_mut().unwrap().remove(person);
        }
        claims["sub"] = json!(CLIENT);
        claims
    }

    /// The claims of an ID token, as we issue it.
    pub(crate) fn id_claims(&self) -> Value {
        json!({
            "sub": AMARA,
            "cognito:groups": ["hr_admin"],
            "email_verified": true,
            "iss": self.issuer.url().as_str(),
            "cognito:username": AMARA,
            "origin_jti": origin().to_string(),
            "aud": CLIENT,
            "token_use": "id",
            "auth_time": NOW - 1200,
            "name": "Amara Okafor",
            "exp": NOW + 300,
            "iat": NOW - 300,
            "jti": "6f1c2d3e-4b5a-4c6d-8e7f-901a2b3c4d5f",
            "email": "amara@acme.example",
            "custom:tenant_id": self.issuer.tenant().to_string(),
        })
    }
}

impl Key {
    pub(crate) fn rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let RsaPublicKeyComponents::<Vec<u8>> { n, e } = pair.public_key().into();
        Self::named(json!({"e": encode(e), "kty": "RSA", "n": encode(n)}), "RS256", Pair::Rsa(pair))
    }

    pub(crate) fn p256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref()[1..].to_vec();
        let (x, y) = point.split_at(32);
        let jwk = json!({"crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y)});
        Self::named(jwk, "ES256", Pair::P256(pair))
    }

    /// Names the key by its thumbprint. The JSON of a `Value` has sorted members and no spaces, as RFC 7638 requires.
    fn named(mut jwk: Value, alg: &'static str, pair: Pair) -> Self {
        let kid = encode(Sha256::digest(jwk.to_string()));
        jwk["kid"] = json!(kid);
        Self { kid, alg, jwk, pair }
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey::from_jwk(self.jwk.to_string().as_bytes()).unwrap()
    }

    /// The header of the tokens that this key signs.
    pub(crate) fn header(&self) -> Value {
        json!({"kid": self.kid, "alg": self.alg})
    }

    /// The signature of `message` as raw bytes.
    pub(crate) fn signature(&self, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
            Pair::P256(pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
        }
    }

    /// A signed token with any header and payload, which are encoded here.
    pub(crate) fn sign_text(&self, header: &str, payload: &str) -> String {
        self.sign_parts(&encode(header), &encode(payload))
    }

    /// A signed token of any two parts, which are not encoded again.
    pub(crate) fn sign_parts(&self, header: &str, payload: &str) -> String {
        let signed = format!("{header}.{payload}");
        let signature = encode(self.signature(&signed));
        format!("{signed}.{signature}")
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }
}
