//! Small components that several pages are built from.

pub(crate) mod crest;
pub(crate) mod empty_state;
pub(crate) mod error_state;
pub(crate) mod face;
pub(crate) mod icon;
pub(crate) mod notice;
pub(crate) mod status_tag;
pub(crate) mod theme_switch;
