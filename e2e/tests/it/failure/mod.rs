//! O6, I9: what the server needs fails while it serves, and those it serves go away.

mod disconnects;
mod faults;
mod fences;
mod replay;
