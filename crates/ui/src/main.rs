//! The entry point of the product: every page except those of the demonstration.

fn main() {
    ui::start_product();
}
