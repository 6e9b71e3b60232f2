//! Formats values for display. Pure functions, tested without a browser.

mod count;
mod date;
mod device;
mod money;
mod person;
mod role;
mod status;

pub(crate) use count::{number_word, people, range};
pub(crate) use date::{Local, from_seconds, long_date, millis_until, month_and_year, tenure};
pub(crate) use device::{device_name, place_name};
pub(crate) use money::amount;
pub(crate) use person::{full_name, initials};
pub(crate) use role::{role_label, role_sees};
pub(crate) use status::{Tone, status_label, status_tag};
