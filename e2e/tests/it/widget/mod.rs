//! C6: the widget "Who is out today": who manages it, what its cookie opens, and which site may embed it.

mod access;
mod page;
mod settings;

use api_types::{OutToday, paths};
use e2e::{Actor, Reply};

/// A site that may embed the widgets of these tests.
const SITE: &str = "https://intranet.example";

/// Reads the list with this `Cookie` header.
async fn read(visitor: &Actor, cookie: &str, status: u16) -> Reply {
    visitor.get(paths::OUT_TODAY).cookie(cookie).expect(status).await
}

/// The names in a list.
fn names(reply: &Reply) -> Vec<String> {
    reply.json::<OutToday>().departments.into_iter().flat_map(|one| one.people).collect()
}
