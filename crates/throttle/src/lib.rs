//! Limits on guessing: which attempts share a counter, the counter's key in Redis, and how it decays.
//!
//! [`Throttle::reserve`] counts an attempt before its secret is checked; [`Reservation::give_back`] returns the attempt if the secret was right. The counters
//! are in the session Redis, so all nodes count together. While that Redis does not answer, each node counts alone.
//!
//! The algorithm is GCRA: a [`Limit`] allows a burst, then one more attempt per period. A counter is one timestamp, and expires in Redis.

mod address;
mod attempt;
mod device;
mod limit;
mod local_limits;
mod shared;
mod throttle;

pub use address::ClientAddress;
pub use attempt::{Attempt, Rule};
pub use device::{DEVICE_LIFETIME, DeviceId, known_device, remember_device};
pub use limit::{AttemptLimits, InvalidLimit, Limit};
pub use throttle::{Reservation, Throttle, TooManyAttempts};
