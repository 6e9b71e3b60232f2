//! O6, I9: stores that fail while the server runs, and clients that disconnect.

mod disconnects;
mod faults;
mod fences;
mod redis_durability;
mod redis_with_replica;
mod replay;
