//! A finished body: the JSON as it goes out, in each encoding, with its ETag. Nothing is decoded on a hit.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use domain::TenantId;
use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::place::Place;

/// Below this size compressing costs more than it saves.
const WORTH_COMPRESSING: usize = 1024;
/// Longer than most bodies.
const ROOM: usize = 64 << 10;
/// Brotli's quality at fill: a third of the time of the highest and 5 % larger.
const BROTLI_QUALITY: i32 = 5;

/// What a loader brings back: a value to be sent as JSON, and the ids of the rows that are in it.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// The rows in it, for provenance.
    pub rows: Vec<Uuid>,
}

/// How bytes are encoded on the way out (RFC 9110 §8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

/// JSON in each encoding, stamped with whose it is and what it is.
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
    /// Encodes a value. The ETag is made from the key as well, so equal bodies of two tenants or two roles have different ETags.
    pub(crate) fn encode<T: Serialize>(at: &Place, loaded: &Loaded<T>) -> io::Result<Self> {
        let mut body = Self::encode_once(at, loaded)?;
        if body.identity.len() >= WORTH_COMPRESSING {
            (body.gzip, body.brotli) = (Some(gzip(&body.identity)?), Some(brotli(&body.identity)?));
        }
        Ok(body)
    }

    /// The same as it is only: compressing a body that nobody keeps would cost more than making it.
    pub(crate) fn encode_once<T: Serialize>(at: &Place, loaded: &Loaded<T>) -> io::Result<Self> {
        // Room for a page of the directory, so that it does not move a dozen times while it grows.
        let mut identity = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut identity, &loaded.value)?;
        let digest =
            Sha256::new().chain_update(at.name.as_bytes()).chain_update(&identity).finalize();
        let etag = URL_SAFE_NO_PAD.encode(&digest[..16]);
        let (tenant, name) = (at.tenant, at.name.as_str().into());
        let (identity, rows) = (Bytes::copy_from_slice(&identity), loaded.rows.clone());
        Ok(Self { tenant, name, etag, identity, gzip: None, brotli: None, rows })
    }

    /// Whose it is.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether it was made for this place: its tenant, visibility, family and question.
    pub(crate) fn belongs_to(&self, at: &Place) -> bool {
        self.tenant == at.tenant && *self.name == *at.name.as_str()
    }

    /// The opaque part of the ETag, without quotes and without a mark for the encoding.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The bytes in this encoding, if there are any.
    pub fn bytes(&self, encoding: Encoding) -> Option<&Bytes> {
        match encoding {
            Encoding::Identity => Some(&self.identity),
            Encoding::Gzip => self.gzip.as_ref(),
            Encoding::Brotli => self.brotli.as_ref(),
        }
    }

    /// The ids of the rows in it.
    pub fn rows(&self) -> &[Uuid] {
        &self.rows
    }

    /// What it takes in memory, in bytes.
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
