//! The demonstration as a user sees it: three companies with people, their pages, and a browser driver.

use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
};

use api_types::{CompanyPublicData, DemoAccount, EmployeeRow, Page, paths};
use domain::Role;
use e2e::{Actor, Chromedriver, Server, Stack, closed_port};
use tokio::sync::{Mutex, OnceCell};

/// The companies of the demonstration.
pub(crate) const COMPANIES: [&str; 3] = ["acme", "betaco", "gammacorp"];

/// What the browser suite runs against, once for the binary.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) driver: Chromedriver,
    /// The demo accounts that are signed in without a browser, by company and role.
    actors: Mutex<HashMap<(String, Role), Actor>>,
}

impl Site {
    /// The site of this process, which the first call starts.
    pub(crate) async fn get() -> &'static Self {
        static SITE: OnceCell<Site> = OnceCell::const_new();
        SITE.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let pages = pages();
        let stack = Stack::get().await;
        let config = stack
            .server_config()
            .on_its_public_port(closed_port())
            .with("WATERTIGHT_DEMO", "true")
            .with("WATERTIGHT_UI_DIR", &pages.display().to_string());
        config.run(&["seed"]).await.succeeded();
        Self {
            server: config.start().await,
            driver: Chromedriver::start(),
            actors: Mutex::default(),
        }
    }

    /// The URL of a page at a company; an empty `slug` means the bare host.
    pub(crate) fn url(&self, slug: &str, path: &str) -> String {
        format!("http://{}{path}", self.server.host(slug))
    }

    /// The public data of a company.
    pub(crate) async fn company_data(&self, slug: &str) -> CompanyPublicData {
        Actor::at(&self.server, slug).get(paths::COMPANY).expect(200).await.json()
    }

    /// The demo account of this role.
    pub(crate) async fn account(&self, slug: &str, role: Role) -> DemoAccount {
        let accounts = self.company_data(slug).await.demo_accounts;
        accounts.into_iter().find(|account| account.role == role).expect("an account of each role")
    }

    /// The demo account of this role, signed in without a browser.
    ///
    /// Its session is used again as long as it is valid: an account keeps its newest 20 sessions only (row G13), and a browser signed in to the same account
    /// must not lose its own.
    pub(crate) async fn actor(&self, slug: &str, role: Role) -> Actor {
        let mut actors = self.actors.lock().await;
        if let Some(actor) = actors.get(&(slug.to_owned(), role))
            && actor.get(paths::SESSION).send().await.status == 200
        {
            return actor.clone();
        }
        let actor = self.sign_in(slug, role).await;
        actors.insert((slug.to_owned(), role), actor.clone());
        actor
    }

    /// The demo account of this role with a new session, for a request that asks for a recent password.
    pub(crate) async fn sign_in(&self, slug: &str, role: Role) -> Actor {
        let (account, visitor) = (self.account(slug, role).await, Actor::at(&self.server, slug));
        let signed_in = visitor.sign_in(&account.email, &account.password).expect(201).await;
        visitor.with_session(&signed_in.session_cookie().value)
    }
}

/// All people that the API lists for this query, over all pages. The table must show the same; the API's own tests prove that it is right.
pub(crate) async fn listed(actor: &Actor, query: &str) -> Vec<EmployeeRow> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}?{query}{cursor}", paths::EMPLOYEES);
        let page: Page<EmployeeRow> = actor.get(&path).expect(200).await.json();
        all.extend(page.items);
        let Some(next) = page.next_cursor else { return all };
        cursor = format!("&cursor={next}");
    }
}

/// The folder of the built pages: the one that `WATERTIGHT_UI_DIR` names, otherwise `dist`, which `just test-browser` brings up to date.
pub(crate) fn pages() -> PathBuf {
    if let Some(named) = env::var_os("WATERTIGHT_UI_DIR") {
        return named.into();
    }
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/ui");
    let pages = ui.join("dist");
    assert!(
        pages.join("index.html").is_file(),
        "error: `{}` contains no built pages\nhint: run `just build-ui`, or `just test`, which builds them too",
        pages.display()
    );
    pages
}
