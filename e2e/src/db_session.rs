//! Reads and writes session records in the session Redis directly, without the product.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use redis::{AsyncCommands, aio::MultiplexedConnection};
use sha2::{Digest, Sha256};

/// The fields of a record, by name.
pub type Fields = BTreeMap<String, String>;

/// The Redis key of the record for this session cookie at this tenant.
pub fn key_of(tenant: TenantId, cookie: &str) -> String {
    let digest = Sha256::new().chain_update(tenant.as_uuid().as_bytes()).chain_update(id(cookie));
    format!("s:{{{tenant}}}:{}", URL_SAFE_NO_PAD.encode(digest.finalize()))
}

/// The Redis key of the record in a lab build while the lock SessionKey is off.
pub fn key_without_a_tenant(cookie: &str) -> String {
    format!("s:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(id(cookie))))
}

/// Reads the record with this key; it has no fields if there is none.
pub async fn read(redis: &mut MultiplexedConnection, key: &str) -> Fields {
    redis.hgetall(key).await.expect("Redis answers")
}

/// Replaces the value of this key by a record that expires in an hour.
pub async fn plant(redis: &mut MultiplexedConnection, key: &str, fields: &Fields) {
    let fields: Vec<(&String, &String)> = fields.iter().collect();
    let mut pipe = redis::pipe();
    pipe.atomic().del(key).ignore().hset_multiple(key, &fields).ignore().expire(key, 3600).ignore();
    let () = pipe.query_async(redis).await.expect("Redis answers");
}

/// Returns the record with these fields changed. An empty value removes a field.
#[must_use]
pub fn with(record: &Fields, fields: &[(&str, &str)]) -> Fields {
    let mut record = record.clone();
    record.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    record.retain(|_, value| !value.is_empty());
    record
}

fn id(cookie: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(cookie).expect("a session cookie")
}
