//! An external issuer for the tests: it publishes keys, and signs any claims.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use e2e::Company;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// An issuer on its own port, which gives the same answer to every request.
pub(super) struct Issuer {
    address: SocketAddr,
    answers: Arc<Mutex<Answers>>,
    /// The key that it publishes when it starts.
    pub(super) key: Key,
}

struct Answers {
    reply: String,
    asked: usize,
}

/// A signing key for ES256.
pub(super) struct Key {
    kid: String,
    pair: EcdsaKeyPair,
}

impl Issuer {
    /// Starts an issuer on a free port, which publishes one new key.
    pub(super) fn start() -> Self {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into())
    }

    /// The same at this address, which a node may have been configured with before.
    pub(super) fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let answers = Arc::new(Mutex::new(Answers { reply: String::new(), asked: 0 }));
        let address = listener.local_addr().unwrap();
        let issuer = Self { address, answers: Arc::clone(&answers), key: Key::fresh() };
        issuer.publish(&[&issuer.key]);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(&stream, &answers);
            }
        });
        issuer
    }

    /// The issuer's URL, which is also the claim `iss`.
    pub(super) fn url(&self) -> String {
        format!("http://{}/eu-west-1_a1B2c3D4", self.address)
    }

    /// The entry for this issuer in `WATERTIGHT_EXTERNAL_ISSUERS`, with `members` as its further members.
    pub(super) fn configured(&self, company: &Company, members: &str) -> String {
        let (slug, url) = (&company.slug, self.url());
        format!(
            r#"{{"company":"{slug}","issuer":"{url}","jwks_url":"{url}/.well-known/jwks.json",{members}}}"#
        )
    }

    /// Publishes these keys instead of the earlier ones.
    pub(super) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
        self.answer("200 OK", "", &json!({ "keys": keys }).to_string());
    }

    /// Gives this answer to every request from now on.
    pub(super) fn answer(&self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        self.answers().reply = format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
    }

    /// How many requests it got.
    pub(super) fn request_count(&self) -> usize {
        self.answers().asked
    }

    /// The claims of an access token of the client `app` of a Cognito pool.
    pub(super) fn claims(&self, subject: &str) -> Value {
        let now = Utc::now().timestamp();
        json!({
            "sub": subject, "iss": self.url(), "version": 2, "client_id": "app", "token_use": "access",
            "scope": "openid hr/employees.read elsewhere/all", "auth_time": now - 10, "iat": now - 10, "exp": now + 3590,
            "jti": Uuid::new_v4(), "origin_jti": Uuid::new_v4(), "username": subject,
        })
    }

    /// A valid token for a subject.
    pub(super) fn token(&self, subject: &str) -> String {
        self.key.sign(&self.claims(subject))
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    pub(super) fn fresh() -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let secret = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, secret.as_ref(), &random).unwrap();
        Self { kid: Uuid::new_v4().to_string(), pair }
    }

    /// The public key as a JWK.
    pub(super) fn jwk(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(encode);
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y})
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_under(&json!({"kid": self.kid, "alg": "ES256"}), claims)
    }

    /// A token with this header.
    pub(super) fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let [header, claims] = [header, claims].map(|part| encode(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encode(signature.as_ref()))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a request to the end of its head, and answers.
fn answer(stream: &TcpStream, answers: &Mutex<Answers>) {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    if lines.take_while(|line| !line.is_empty()).count() == 0 {
        return;
    }
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    answers.asked += 1;
    let mut stream = stream;
    // The client may have closed the connection.
    let _gone = stream.write_all(answers.reply.as_bytes());
}
