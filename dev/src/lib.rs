//! The local stack: private PostgreSQL and Redis, the built pages and the server, started together and stopped together.
//!
//! ```text
//! dev up         everything, until Ctrl-C                                   just dev
//! dev seed       the demonstration's people, into the running stack         just seed --employees 10000
//! dev ui         the pages with hot reload, beside a server of their own    just ui
//! dev build-ui   the pages alone, if a source is newer                      just build-ui
//! dev lint       what every change has to pass before its tests             just lint
//! ```
//!
//! What it keeps lies in `.dev/`: ports and passwords in `stack.json`, and the database unless Docker holds it in a volume.
//! Nothing survives the command that started it, not even `kill -9`: see [`reaper`].

pub mod command;
pub mod companies;
pub mod folder;
pub mod front;
pub mod pages;
pub mod process;
pub mod ready;
pub mod reaper;
pub mod say;
pub mod server;
pub mod services;
pub mod stack;
pub mod state;
pub mod terminal;
pub mod workspace;
