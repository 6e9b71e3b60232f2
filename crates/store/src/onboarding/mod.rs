//! Onboarding forms: drafts of devices whose user has not signed in, and the forms of accounts (row C5). The forms are sealed; this crate never opens them.

mod adopt;
mod draft;
mod form;
mod sealed;

pub use adopt::Adoption;
pub(crate) use draft::sweep as sweep_drafts;
pub use draft::{DraftEdit, SavedDraft, StoredDraft};
pub use form::StoredOnboarding;
pub use sealed::SealedOnboarding;
