//! C6: the widget "Who is out today": who manages it, what its cookie opens, and which site may embed it.

mod access;
mod page;
mod settings;

use api_types::{CreatedWidget, NewWidget, NewWidgetSession, OutToday, paths};
use e2e::{Actor, Reply};
use reqwest::Method;

/// A site that may embed the widgets of these tests.
const SITE: &str = "https://intranet.example";

/// A widget that an HR admin has created, with its key.
pub(crate) struct Widget {
    created: CreatedWidget,
}

impl Widget {
    /// Creates a widget for this site.
    pub(crate) async fn create(admin: &Actor, site: &str) -> Self {
        let reply = admin.request(Method::POST, paths::WIDGETS).json(&new_widget(site));
        Self { created: reply.expect(201).await.json() }
    }

    fn key(&self) -> &str {
        self.created.embed_url.split_once('#').unwrap().1
    }

    /// The path of its page.
    fn page(&self) -> String {
        format!("/widget/{}", self.created.widget.id)
    }

    /// The path of it in the settings.
    fn path(&self) -> String {
        paths::widget(self.created.widget.id)
    }

    /// Shows the key at the visitor's host.
    async fn open(&self, visitor: &Actor, status: u16) -> Reply {
        open(visitor, &self.created.widget.id.to_string(), self.key(), status).await
    }

    /// The `Cookie` header after showing the key at the visitor's host.
    pub(crate) async fn cookie(&self, visitor: &Actor) -> String {
        let cookies = self.open(visitor, 204).await.set_cookies();
        let [cookie] = &cookies[..] else { panic!("one cookie, not {cookies:?}") };
        format!("{}={}", cookie.name, cookie.value)
    }
}

fn new_widget(site: &str) -> NewWidget {
    NewWidget { name: "Intranet".to_owned(), embedded_on: site.to_owned() }
}

/// Shows a key of a widget.
async fn open(visitor: &Actor, widget: &str, key: &str, status: u16) -> Reply {
    let shown = NewWidgetSession { widget: widget.to_owned(), key: key.to_owned() };
    visitor.request(Method::POST, paths::WIDGET_SESSION).json(&shown).expect(status).await
}

/// Reads the list with this `Cookie` header.
async fn read(visitor: &Actor, cookie: &str, status: u16) -> Reply {
    visitor.get(paths::OUT_TODAY).cookie(cookie).expect(status).await
}

/// The names in a list.
fn names(reply: &Reply) -> Vec<String> {
    reply.json::<OutToday>().departments.into_iter().flat_map(|one| one.people).collect()
}
