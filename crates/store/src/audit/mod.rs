//! The start-up audit.
use crate::{Error, Store};
/// What makes this database unfit to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding { what: String, hint: &'static str }
/// x
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// x
    #[error("refused")] Refused(Vec<Finding>),
    /// x
    #[error("failed")] Failed(#[from] Error),
}
impl Store {
    /// x
    pub async fn audit(&self) -> Result<(), AuditError> { Ok(()) }
}
