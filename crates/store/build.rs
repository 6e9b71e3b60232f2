//! Compiles the migrations in again when a file is added, which `migrate!` alone does not notice.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
