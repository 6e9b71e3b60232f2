//! Epochs: a random value per tenant and entity. A body filled under another epoch is stale.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// How long unused epochs are kept. Losing them costs misses, never a stale body.
pub(crate) const EPOCHS_TTL: Duration = Duration::from_hours(24);

/// A kind of row that cached bodies show. Each tenant has an epoch for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A tenant's employees.
    Employee,
    /// A tenant's departments.
    Department,
    /// A tenant's widgets.
    Widget,
}

impl Entity {
    /// All entities, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::Employee, Self::Department, Self::Widget];

    /// The field of the tenant's hash of epochs in Redis.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Department => "department",
            Self::Widget => "widget",
        }
    }
}

/// 128 random bits. It is not a counter, because a lost counter would start again and make old bodies valid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Epoch([u8; 16]);

impl Epoch {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}
