//! One module for each page.

pub(crate) mod company_closed;
pub(crate) mod devices;
pub(crate) mod directory;
pub(crate) mod employee;
pub(crate) mod explainer;
pub(crate) mod not_found;
pub(crate) mod onboarding;
pub(crate) mod picker;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod tokens;
pub(crate) mod unknown_company;
pub(crate) mod welcome;
pub(crate) mod widgets;
