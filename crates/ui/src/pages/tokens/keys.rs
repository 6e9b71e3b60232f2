//! Signs as an attacker would, with the browser's cryptography: with the pool's public key as a secret, or with a new key pair.

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::base64url::{encode, public_key_file};
use crate::client::read;

/// A key pair of our own, for ES256.
#[derive(Clone)]
pub(super) struct OwnKey {
    private: CryptoKey,
    /// The public half as a JWK, as a token's header contains it.
    pub(super) public: Value,
}

const ES256: &str = r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#;
const RS256: &str = r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#;
const HS256: &str = r#"{"name":"HMAC","hash":"SHA-256"}"#;

impl OwnKey {
    /// Generates a key pair.
    ///
    /// # Errors
    /// If the browser offers no cryptography, as on a page that was loaded over plain HTTP.
    pub(super) async fn new() -> Result<Self, JsValue> {
        let subtle = subtle()?;
        let made = subtle.generate_key_with_object(
            &algorithm(ES256)?,
            true,
            &uses(&["sign", "verify"]),
        )?;
        let pair = JsFuture::from(made).await?;
        let half = |name: &str| Reflect::get(&pair, &name.into())?.dyn_into::<CryptoKey>();
        let exported = JsFuture::from(subtle.export_key("jwk", &half("publicKey")?)?).await?;
        let text: String = JSON::stringify(&exported)?.into();
        let public = read(&text).map_err(|_| JsValue::NULL)?;
        Ok(Self { private: half("privateKey")?, public })
    }

    /// Signs with ES256 (RFC 7518 §3.4). The browser writes the two halves of the signature in the form that tokens use.
    ///
    /// # Errors
    /// If the browser does not sign.
    pub(super) async fn sign(&self, text: &str) -> Result<String, JsValue> {
        sign(&subtle()?, &algorithm(ES256)?, &self.private, text).await
    }
}

/// Signs with HMAC. The secret is the PEM file of the pool's public key `kid`. A verifier that takes the algorithm from the token, and the key from
/// its own set, would compute the same signature.
///
/// # Errors
/// If there is no such key, or if the browser does not sign.
pub(super) async fn sign_with_public_key(
    jwks: &str,
    kid: &str,
    text: &str,
) -> Result<String, JsValue> {
    let subtle = subtle()?;
    let key = key_of(jwks, kid)?;
    let is_rsa = Reflect::get(&key, &"kty".into())? == "RSA";
    let verifying = algorithm(if is_rsa { RS256 } else { ES256 })?;
    let public = imported(&subtle, "jwk", &key, &verifying, "verify").await?;
    let spki = JsFuture::from(subtle.export_key("spki", &public)?).await?;
    let file = public_key_file(&Uint8Array::new(&spki).to_vec());
    let secret: Object = Uint8Array::from(file.as_bytes()).into();
    let hmac = algorithm(HS256)?;
    let secret = imported(&subtle, "raw", &secret, &hmac, "sign").await?;
    sign(&subtle, &hmac, &secret, text).await
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    let window = leptos::prelude::window();
    // Outside a secure context there is no `subtle`, and a call of it would fail without a clear error.
    if window.is_secure_context() { Ok(window.crypto()?.subtle()) } else { Err(JsValue::NULL) }
}

fn algorithm(text: &str) -> Result<Object, JsValue> {
    JSON::parse(text)?.dyn_into()
}

fn uses(names: &[&str]) -> JsValue {
    names.iter().map(|name| JsValue::from_str(name)).collect::<Array>().into()
}

fn key_of(jwks: &str, kid: &str) -> Result<Object, JsValue> {
    let keys: Array = Reflect::get(&JSON::parse(jwks)?, &"keys".into())?.dyn_into()?;
    let is_it = |key: &JsValue| Reflect::get(key, &"kid".into()).is_ok_and(|name| name == kid);
    keys.iter().find(is_it).ok_or(JsValue::NULL)?.dyn_into()
}

async fn imported(
    subtle: &SubtleCrypto,
    form: &str,
    key: &Object,
    algorithm: &Object,
    usage: &str,
) -> Result<CryptoKey, JsValue> {
    let imported = subtle.import_key_with_object(form, key, algorithm, true, &uses(&[usage]))?;
    JsFuture::from(imported).await?.dyn_into()
}

async fn sign(
    subtle: &SubtleCrypto,
    algorithm: &Object,
    key: &CryptoKey,
    text: &str,
) -> Result<String, JsValue> {
    let text = Uint8Array::from(text.as_bytes());
    let made = subtle.sign_with_object_and_js_u8_array(algorithm, key, &text)?;
    Ok(encode(&Uint8Array::new(&JsFuture::from(made).await?).to_vec()))
}
