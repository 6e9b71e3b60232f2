//! What each part of a request costs by itself.
fn main() {}
