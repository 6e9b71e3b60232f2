//! Signs requests like AWS's clients (Signature Version 4), with the headers that they always sign.

use domain::PoolId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An access key of an administrator of a pool.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// The pool that the key administers.
    pub pool: PoolId,
    id: String,
    secret: String,
}

impl AccessKey {
    /// A new key with a random id and secret.
    pub fn of(pool: &PoolId) -> Self {
        let random = || Uuid::new_v4().simple().to_string();
        let id = format!("WT{}", random().to_uppercase());
        Self { pool: pool.clone(), id, secret: [random(), random()].concat() }
    }

    /// The same key id with another secret: what an attacker has who knows only the id.
    #[must_use]
    pub fn with_another_secret(&self) -> Self {
        Self { secret: Self::of(&self.pool).secret, ..self.clone() }
    }

    /// The key as a value of `WATERTIGHT_ADMIN_CREDENTIALS`.
    pub fn configured(&self) -> String {
        format!("{}:{}:{}", self.pool, self.id, self.secret)
    }

    /// The id and the secret, as AWS's clients are configured.
    pub fn id_and_secret(&self) -> [&str; 2] {
        [&self.id, &self.secret]
    }

    /// The header `Authorization` for a `POST /`.
    pub(super) fn authorize(
        &self,
        host: &str,
        date: &str,
        target: &str,
        media_type: &str,
        body: &str,
    ) -> String {
        const SIGNED: &str = "content-type;host;x-amz-date;x-amz-target";
        let (day, region) = (&date[..8], self.pool.as_str().split('_').next().unwrap_or_default());
        let headers = format!(
            "content-type:{media_type}\nhost:{host}\nx-amz-date:{date}\nx-amz-target:{target}\n"
        );
        let canonical = format!("POST\n/\n\n{headers}\n{SIGNED}\n{}", hexadecimal(&hash(body)));
        let scope = format!("{day}/{region}/cognito-idp/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hexadecimal(&hash(&canonical)));
        let first = format!("AWS4{}", self.secret).into_bytes();
        let parts = [day, region, "cognito-idp", "aws4_request"];
        let key = parts.iter().fold(first, |key, part| mac(&key, part));
        let signature = hexadecimal(&mac(&key, &text));
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={signature}",
            self.id
        )
    }
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
