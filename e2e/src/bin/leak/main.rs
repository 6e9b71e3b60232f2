//! Tells the Monday story.
fn main() {}
