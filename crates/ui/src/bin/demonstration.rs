//! The entry point of the demonstration: the pages that explain the product.

fn main() {
    ui::start_demonstration();
}
