//! The local stack: its own PostgreSQL and Redis, the built pages and the server, started and stopped together.
//!
//! ```text
//! dev up         runs the whole stack until Ctrl-C                          just dev
//! dev seed       adds the demo data to the running stack                    just seed --employees 10000
//! dev ui         serves the pages with hot reload, next to a server         just ui
//! dev nodes      runs two nodes behind a load balancer, and their page      just nodes
//! dev build-ui   builds the pages if a source is newer                      just build-ui
//! dev lint       runs the checks that come before the tests                 just lint
//! ```
//!
//! Its files are in `.dev/`: ports and passwords in `stack.json`, and the database unless Docker keeps it in a volume.
//! All processes end with the command that started them, also after `kill -9`: see [`reaper`].

pub mod clients;
pub mod command;
pub mod companies;
pub mod folder;
mod http_get;
pub mod load_balancer;
pub mod pages;
pub mod print;
pub mod process;
pub mod proxy;
pub mod ready;
pub mod reaper;
pub mod server;
pub mod services;
pub mod stack;
pub mod state;
pub mod terminal;
pub mod workspace;
