//! Session records as the Redis of sessions holds them, read and written past the product.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use redis::{AsyncCommands, aio::MultiplexedConnection};
use sha2::{Digest, Sha256};

/// The fields of a record.
pub type Fields = BTreeMap<String, String>;

/// Where the record of this session cookie at this tenant is kept.
pub fn key_of(tenant: TenantId, cookie: &str) -> String {
    let digest = Sha256::new().chain_update(tenant.as_uuid().as_bytes()).chain_update(id(cookie));
    format!("s:{{{tenant}}}:{}", URL_SAFE_NO_PAD.encode(digest.finalize()))
}

/// Where it is kept in the laboratory while the lock SessionKey is off.
pub fn key_without_a_tenant(cookie: &str) -> String {
    format!("s:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(id(cookie))))
}

/// The record under this key; no fields if there is none.
pub async fn read(redis: &mut MultiplexedConnection, key: &str) -> Fields {
    redis.hgetall(key).await.expect("Redis answers")
}

/// Replaces what is kept under this key by a record that expires in an hour.
pub async fn plant(redis: &mut MultiplexedConnection, key: &str, fields: &Fields) {
    let fields: Vec<(&String, &String)> = fields.iter().collect();
    let mut pipe = redis::pipe();
    pipe.atomic().del(key).ignore().hset_multiple(key, &fields).ignore().expire(key, 3600).ignore();
    let () = pipe.query_async(redis).await.expect("Redis answers");
}

/// The same record with these fields instead; an empty text takes a field away.
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
