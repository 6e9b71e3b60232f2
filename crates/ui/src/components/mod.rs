//! Small components that several pages are built from.

pub(crate) mod avatar;
pub(crate) mod company_mark;
pub(crate) mod demonstration_only;
pub(crate) mod empty_state;
pub(crate) mod error_state;
pub(crate) mod icon;
pub(crate) mod notice;
pub(crate) mod onboarding_form;
pub(crate) mod remote_card;
pub(crate) mod session_list;
pub(crate) mod settings_tabs;
pub(crate) mod status_tag;
pub(crate) mod step_up;
pub(crate) mod theme_switch;
