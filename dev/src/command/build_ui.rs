//! `dev build-ui`: builds only the pages.

use anyhow::Result;

use super::{Checkout, guarded};
use crate::{pages, reaper::Reaper};

/// Builds the pages if a source is newer than what is built.
///
/// # Errors
/// If the build fails.
pub async fn run(checkout: Checkout) -> Result<()> {
    guarded(Reaper::start(None)?, async |reaper| pages::build(reaper, &checkout.workspace).await)
        .await
}
