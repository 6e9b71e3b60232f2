//! What Redis holds of a body: the body and everything that must agree before it is believed.

use domain::TenantId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{body::Body, epoch::Epoch, key::FullKey};

const VERSION: u8 = 1;

/// A body with its tenant, key and epochs, and who filled it when.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope {
    version: u8,
    tenant: Uuid,
    key: String,
    epochs: Vec<Epoch>,
    filled_at_ms: i64,
    filled_by: String,
    body: Body,
}

/// Why an envelope is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disbelief {
    #[error("the envelope cannot be read")]
    Unreadable,
    #[error("the envelope is of another version")]
    Version,
    #[error("the envelope belongs to another tenant")]
    ForeignTenant,
    #[error("the envelope belongs to another key")]
    ForeignKey,
    #[error("the envelope is of another epoch")]
    Stale,
}

impl Envelope {
    pub(crate) fn close(at: &Place<'_>, filled_at_ms: i64, filled_by: &str, body: Body) -> Self {
        Self {
            version: VERSION,
            tenant: at.tenant.as_uuid(),
            key: at.key.as_str().to_owned(),
            epochs: at.epochs.to_vec(),
            filled_at_ms,
            filled_by: filled_by.to_owned(),
            body,
        }
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// The body, if the envelope is meant for this place.
    pub(crate) fn open(bytes: &[u8], at: &Place<'_>) -> Result<Body, Disbelief> {
        if bytes.first() != Some(&VERSION) {
            return Err(Disbelief::Version);
        }
        let envelope: Self = postcard::from_bytes(bytes).map_err(|_| Disbelief::Unreadable)?;
        if envelope.tenant != at.tenant.as_uuid() {
            return Err(Disbelief::ForeignTenant);
        }
        if envelope.key != at.key.as_str() {
            return Err(Disbelief::ForeignKey);
        }
        if envelope.epochs != at.epochs {
            return Err(Disbelief::Stale);
        }
        Ok(envelope.body)
    }
}

/// Where a body belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) key: &'a FullKey,
    pub(crate) epochs: &'a [Epoch],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DepartmentList, Loaded, test_viewer::viewer};

    fn place(tenant: u128) -> (TenantId, FullKey) {
        let viewer = viewer(tenant);
        (viewer.tenant(), FullKey::new(&viewer, &DepartmentList))
    }

    /// I5: an envelope is believed only under its own tenant, key and epoch.
    #[test]
    fn an_envelope_opens_only_where_it_belongs() {
        let ((acme, key), (betaco, other_key)) = (place(1), place(2));
        let epochs = [Epoch::random().unwrap()];
        let at = Place { tenant: acme, key: &key, epochs: &epochs };
        let body = Body::encode(&key, &Loaded { value: "hello", rows: vec![] }).unwrap();
        let bytes = Envelope::close(&at, 0, "request", body.clone()).to_bytes().unwrap();

        assert_eq!(Envelope::open(&bytes, &at), Ok(body));
        assert_eq!(
            Envelope::open(&bytes, &Place { tenant: betaco, ..at }),
            Err(Disbelief::ForeignTenant)
        );
        assert_eq!(
            Envelope::open(&bytes, &Place { key: &other_key, ..at }),
            Err(Disbelief::ForeignKey)
        );
        let later = [Epoch::random().unwrap()];
        assert_eq!(Envelope::open(&bytes, &Place { epochs: &later, ..at }), Err(Disbelief::Stale));
        assert_eq!(Envelope::open(&[], &at), Err(Disbelief::Version));
        assert_eq!(Envelope::open(&bytes[..bytes.len() / 2], &at), Err(Disbelief::Unreadable));
        assert_eq!(Envelope::open(br#"[{"email":"a@betaco.com"}]"#, &at), Err(Disbelief::Version));
    }
}
