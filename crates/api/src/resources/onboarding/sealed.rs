//! Seals onboarding forms at rest, each for the place where it is stored: a copy of the database shows no personal data of a form.

use api_types::OnboardingForm;
use domain::TenantId;
use seal::{KeyScope, OpenError, Purpose, ResealError, SealError, Seals};
use store::SealedOnboarding;

use crate::error::ApiError;

const PURPOSE: Purpose = Purpose::of("onboarding form");

/// Why a form was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum OnboardingFormError {
    /// The form was not sealed for this tenant and place, or under a root key that this process does not have.
    #[error("an onboarding form does not open")]
    Open(#[from] OpenError),
    /// The form cannot be sealed.
    #[error("an onboarding form cannot be sealed")]
    Seal(#[from] SealError),
    /// The form cannot be encoded, or what was sealed is not a form.
    #[error("an onboarding form is not valid JSON")]
    Json(#[from] serde_json::Error),
}

impl From<OnboardingFormError> for ApiError {
    fn from(error: OnboardingFormError) -> Self {
        Self::broken(error)
    }
}

/// Seals a form for its place.
///
/// # Errors
/// [`OnboardingFormError`] if it cannot be sealed.
pub fn seal(
    seals: &Seals,
    tenant: TenantId,
    at: SealedOnboarding,
    form: &OnboardingForm,
) -> Result<Vec<u8>, OnboardingFormError> {
    Ok(seals.seal(scope(tenant), &place(at), &serde_json::to_vec(form)?)?)
}

/// Opens the form that is stored at this place.
///
/// # Errors
/// [`OnboardingFormError`] if it does not open, so that nothing overwrites it.
pub fn open(
    seals: &Seals,
    tenant: TenantId,
    at: SealedOnboarding,
    sealed: &[u8],
) -> Result<OnboardingForm, OnboardingFormError> {
    Ok(serde_json::from_slice(&seals.open(scope(tenant), &place(at), sealed)?)?)
}

/// Seals the form of one place for another one.
pub(super) fn moved(
    seals: &Seals,
    tenant: TenantId,
    [from, to]: [SealedOnboarding; 2],
    sealed: &[u8],
) -> Result<Vec<u8>, ResealError> {
    let plain = seals.open(scope(tenant), &place(from), sealed)?;
    Ok(seals.seal(scope(tenant), &place(to), &plain)?)
}

/// Seals a stored form under the current root key; `None` if it is under it already.
///
/// # Errors
/// [`ResealError`] if the form was not sealed for this tenant and place, or cannot be sealed again.
pub fn reseal(
    seals: &Seals,
    tenant: TenantId,
    at: SealedOnboarding,
    sealed: &[u8],
) -> Result<Option<Vec<u8>>, ResealError> {
    seals.reseal(scope(tenant), &place(at), sealed)
}

fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// The associated data. The first byte tells the kinds of places apart.
fn place(at: SealedOnboarding) -> Vec<u8> {
    match at {
        SealedOnboarding::Draft(digest) => [b"d", &digest[..]].concat(),
        SealedOnboarding::Form(account) => [b"f", &account.as_uuid().as_bytes()[..]].concat(),
        SealedOnboarding::Adopted(account) => [b"a", &account.as_uuid().as_bytes()[..]].concat(),
    }
}

#[cfg(test)]
mod tests {
    use domain::AccountId;
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;

    /// C5: a sealed form opens at its own place and company only, and shows nothing of its content.
    #[test]
    fn a_form_opens_at_its_own_place_only() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let [acme, betaco] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let [one, other] = [1, 2].map(|id| AccountId::from_uuid(Uuid::from_u128(id)));
        let places = [
            SealedOnboarding::Draft([1; 32]),
            SealedOnboarding::Draft([2; 32]),
            SealedOnboarding::Form(one),
            SealedOnboarding::Form(other),
            SealedOnboarding::Adopted(one),
        ];
        let form = OnboardingForm { phone: "+49 30 1234".to_owned(), ..OnboardingForm::default() };
        for at in places {
            let sealed = seal(&seals, acme, at, &form).unwrap();
            assert!(!sealed.windows(7).any(|part| part == b"30 1234" || part == b"\"phone\""));
            assert_eq!(open(&seals, acme, at, &sealed).unwrap(), form);
            assert!(open(&seals, betaco, at, &sealed).is_err());
            for elsewhere in places.into_iter().filter(|elsewhere| *elsewhere != at) {
                assert!(open(&seals, acme, elsewhere, &sealed).is_err(), "{at:?} {elsewhere:?}");
                let moved = moved(&seals, acme, [at, elsewhere], &sealed).unwrap();
                assert_eq!(open(&seals, acme, elsewhere, &moved).unwrap(), form);
            }
        }
    }
}
