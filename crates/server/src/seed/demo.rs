//! The password that all demo accounts share.

/// The password of all demo accounts. It is public on purpose, and accepted only where demo accounts are switched on.
pub(crate) const PASSWORD: &str = "watertight-demo";
