//! A widget of a company, as tests create and open it.

use api_types::{CreatedWidget, NewWidget, NewWidgetSession, paths};
use reqwest::Method;

use crate::{Actor, Reply};

/// A widget that an HR admin has created, with its key.
pub struct Widget {
    /// The widget as it was created.
    pub created: CreatedWidget,
}

impl Widget {
    /// Creates a widget for this site.
    pub async fn create(admin: &Actor, site: &str) -> Self {
        let reply = admin.request(Method::POST, paths::WIDGETS).json(&new_widget(site));
        Self { created: reply.expect(201).await.json() }
    }

    /// The key in its address.
    pub fn key(&self) -> &str {
        self.created.embed_url.split_once('#').expect("a key").1
    }

    /// The path of its page.
    pub fn page(&self) -> String {
        format!("/widget/{}", self.created.widget.id)
    }

    /// The path of it in the settings.
    pub fn path(&self) -> String {
        paths::widget(self.created.widget.id)
    }

    /// Shows the key at the visitor's host.
    pub async fn open(&self, visitor: &Actor, status: u16) -> Reply {
        open_widget(visitor, &self.created.widget.id.to_string(), self.key(), status).await
    }

    /// The `Cookie` header after showing the key at the visitor's host.
    pub async fn cookie(&self, visitor: &Actor) -> String {
        let cookies = self.open(visitor, 204).await.set_cookies();
        let [cookie] = &cookies[..] else { panic!("one cookie, not {cookies:?}") };
        format!("{}={}", cookie.name, cookie.value)
    }
}

/// The body that creates a widget for this site.
pub fn new_widget(site: &str) -> NewWidget {
    NewWidget { name: "Intranet".to_owned(), embedded_on: site.to_owned() }
}

/// Shows a key of a widget, and expects this status.
pub async fn open_widget(visitor: &Actor, widget: &str, key: &str, status: u16) -> Reply {
    let shown = NewWidgetSession { widget: widget.to_owned(), key: key.to_owned() };
    visitor.request(Method::POST, paths::WIDGET_SESSION).json(&shown).expect(status).await
}
