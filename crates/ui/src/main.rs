//! The entry point: starts the app.

fn main() {
    ui::start();
}
