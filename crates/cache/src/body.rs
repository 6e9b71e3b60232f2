//! A finished response body: its JSON in each encoding, with its ETag. A hit serves these bytes without decoding them.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use domain::TenantId;
use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entry_id::CacheEntryId;

/// The smallest body that is compressed, in bytes. Below it, compression costs more than it saves.
const WORTH_COMPRESSING: usize = 1024;
/// Initial capacity of the buffer for the JSON, in bytes: more than most bodies need.
const ROOM: usize = 64 << 10;
/// Brotli's quality at fill: a third of the time of the highest and 5 % larger.
const BROTLI_QUALITY: i32 = 5;

/// What a loader returns: a value to be sent as JSON, and the ids of the rows in it.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The value to send.
    pub value: T,
    /// The ids of the rows in the value. An alert about the body records them.
    pub rows: Vec<Uuid>,
}

/// The content coding of a response (RFC 9110 §8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// No compression (`identity`).
    Identity,
    /// The coding `gzip`.
    Gzip,
    /// Brotli, the coding `br`.
    Brotli,
}

/// JSON in each encoding, stamped with its tenant and its full key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    tenant: TenantId,
    name: Box<str>,
    etag: String,
    identity: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    rows: Vec<Uuid>,
}

impl Body {
    /// Encodes a value, and compresses it if it is large enough. The ETag also depends on the key, so equal bodies of two tenants or two roles
    /// have different ETags.
    pub(crate) fn encode<T: Serialize>(at: &CacheEntryId, loaded: &Loaded<T>) -> io::Result<Self> {
        let mut body = Self::encode_once(at, loaded)?;
        if body.identity.len() >= WORTH_COMPRESSING {
            (body.gzip, body.brotli) = (Some(gzip(&body.identity)?), Some(brotli(&body.identity)?));
        }
        Ok(body)
    }

    /// Encodes a value without compression, for a body that is not kept: compressing it would cost more than making it.
    pub(crate) fn encode_once<T: Serialize>(
        at: &CacheEntryId,
        loaded: &Loaded<T>,
    ) -> io::Result<Self> {
        // Large enough for a page of the directory, so that the buffer is not moved a dozen times while it grows.
        let mut identity = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut identity, &loaded.value)?;
        let digest =
            Sha256::new().chain_update(at.name.as_bytes()).chain_update(&identity).finalize();
        let etag = URL_SAFE_NO_PAD.encode(&digest[..16]);
        let (tenant, name) = (at.tenant, at.name.as_str().into());
        let (identity, rows) = (Bytes::copy_from_slice(&identity), loaded.rows.clone());
        Ok(Self { tenant, name, etag, identity, gzip: None, brotli: None, rows })
    }

    /// The tenant that the body belongs to.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether the body was made for this cache entry: same tenant, visibility, family and parameters.
    pub(crate) fn belongs_to(&self, at: &CacheEntryId) -> bool {
        self.tenant == at.tenant && *self.name == *at.name.as_str()
    }

    /// The opaque part of the ETag, without quotes and without a suffix for the encoding.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The bytes in this encoding; `None` if the body was too small to be compressed or is not kept.
    pub fn bytes(&self, encoding: Encoding) -> Option<&Bytes> {
        match encoding {
            Encoding::Identity => Some(&self.identity),
            Encoding::Gzip => self.gzip.as_ref(),
            Encoding::Brotli => self.brotli.as_ref(),
        }
    }

    /// The ids of the rows in the body.
    pub fn rows(&self) -> &[Uuid] {
        &self.rows
    }

    /// The memory that the body uses, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let encoded =
            [&self.gzip, &self.brotli].into_iter().flatten().map(Bytes::len).sum::<usize>();
        size_of::<Self>()
            + self.name.len()
            + self.etag.len()
            + self.identity.len()
            + encoded
            + self.rows.len() * size_of::<Uuid>()
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

fn brotli(mut bytes: &[u8]) -> io::Result<Bytes> {
    let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    let mut encoded = Vec::with_capacity(bytes.len() / 4);
    brotli::BrotliCompress(&mut bytes, &mut encoded, &params)?;
    Ok(encoded.into())
}
