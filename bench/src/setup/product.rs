//! The product as a process, in each of the measured states.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use api_types::{NewSession, paths};
use bytes::Bytes;
use dev::{print::print, reaper::Reaper, stack::SUPERUSER_URL};
use serde_json::Value;
use tokio::process::Command;

use super::{
    PRODUCT, Programs, Stores, flood, lab, listening,
    people::{self, HUNDRED, LARGE, PASSWORD, THOUSAND},
    stores::Databases,
};
use crate::{
    contestant::{Contestant, ContestantId, Expected, Target},
    load::{Reply, ask},
};

/// The port in the `Host` header. The product does not check it.
const PORT: u16 = 8080;
/// The number of companies that get requests where there are many: one per connection.
const REQUESTED_COMPANIES: usize = 64;

/// A running process of the product or of the lab build.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) pid: u32,
    pub(super) address: SocketAddr,
}

/// A contestant of the product, and the list that it answers.
#[derive(Debug)]
pub(super) struct ProductContestant {
    /// The contestant to measure.
    pub(super) contestant: Contestant,
    /// The body of its list.
    pub(super) body: Bytes,
}

/// Starts the product in every state that this build supports.
pub(super) async fn all(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
    [few, many]: [Databases; 2],
) -> Result<Vec<ProductContestant>> {
    let start = async |name: &str, databases: Databases, more: &[(&str, &str)]| {
        start(reaper, stores, programs, PRODUCT, name, databases, more).await
    };
    let mut all = Vec::new();
    all.push(start("product", few, &[]).await?.list(ContestantId::Product, HUNDRED).await?);
    let bare = start("product without L1", few, &[("WATERTIGHT_CACHE_L1_BYTES", "0")]).await?;
    all.push(bare.list(ContestantId::ProductL2, HUNDRED).await?);
    let node = start("product with a flood", few, &[]).await?;
    all.extend(flood::all(node).await?);
    // The cache switch is a key in the session Redis, so a product with its cache off needs its own Redis database.
    let [few, many] = [Databases { redis: 4, ..few }, many];
    let off = ["incident", "cache", "off", "--reason", "bench"];
    for databases in [few, many] {
        if let Err(error) = stores.step(programs, PRODUCT, databases, &off).await {
            print(format_args!(
                "cannot switch the cache off, so the product without it is not measured: {error}"
            ));
            return Ok(all);
        }
    }
    let node = start("product cache off", few, &[]).await?;
    all.push(node.many_lists(ContestantId::ProductMiss, THOUSAND).await?);
    all.push(node.many_lists(ContestantId::FewCompanies, HUNDRED).await?);
    let node = start("product many companies", many, &[]).await?;
    all.push(node.lists_of_many(ContestantId::ManyCompanies).await?);
    all.push(node.many_lists(ContestantId::LargeCompany, LARGE).await?);
    all.extend(lab::both(reaper, programs, stores, few).await?);
    Ok(all)
}

/// Starts one of the product's programs in a place, with additional environment variables.
pub(super) async fn start(
    reaper: &Reaper,
    stores: &Stores,
    programs: &Programs,
    program: &str,
    name: &str,
    databases: Databases,
    more: &[(&str, &str)],
) -> Result<Node> {
    let mut command = Command::new(programs.at(program));
    command.arg("serve").envs(stores.of(databases)?).envs(more.iter().copied());
    command.env_remove(SUPERUSER_URL).env_remove("WATERTIGHT_OWNER_PASSWORD");
    command.env("WATERTIGHT_LISTEN", "127.0.0.1:0");
    // Several products run at once, so each needs its own port for metrics.
    command.env("WATERTIGHT_METRICS_LISTEN", "127.0.0.1:0");
    // The flood comes from one address. It must fill its tenant's shares and not be refused by the limit of its address.
    command.env("WATERTIGHT_LIMIT_ADDRESS", "100000/1");
    command.env("WATERTIGHT_PUBLIC_URL", format!("http://localhost:{PORT}"));
    let (running, address) = listening::start(reaper, stores, name, &mut command).await?;
    Ok(Node { pid: running.pid(), address })
}

impl Node {
    /// A contender that requests the first page of one company repeatedly.
    pub(super) async fn list(self, id: ContestantId, slug: &str) -> Result<ProductContestant> {
        let session = self.sign_in(slug).await?;
        let page = self.page(id, slug, &session, "").await?;
        Ok(self.product_contestant(id, vec![page]))
    }

    /// A contender that requests the rows of one company in as many orders and filters as there are connections, so that no two requests are the same.
    pub(super) async fn many_lists(
        self,
        id: ContestantId,
        slug: &str,
    ) -> Result<ProductContestant> {
        let session = self.sign_in(slug).await?;
        let mut pages = Vec::new();
        for status in ["", "&status=active", "&status=active,on_leave", "&status=active,starting"] {
            for sort in [
                "name",
                "number",
                "position",
                "department",
                "location",
                "status",
                "started_on",
                "salary",
            ] {
                for direction in ["", "-"] {
                    let query = format!("{status}&sort={direction}{sort}");
                    pages.push(self.page(id, slug, &session, &query).await?);
                }
            }
        }
        Ok(self.product_contestant(id, pages))
    }

    /// A contender that requests the first page of a different company on each connection.
    async fn lists_of_many(self, id: ContestantId) -> Result<ProductContestant> {
        let mut pages = Vec::new();
        for n in 1..=REQUESTED_COMPANIES {
            let slug = format!("company-{n}");
            let session = self.sign_in(&slug).await?;
            pages.push(self.page(id, &slug, &session, "").await?);
        }
        Ok(self.product_contestant(id, pages))
    }

    fn product_contestant(self, id: ContestantId, pages: Vec<(Bytes, Bytes)>) -> ProductContestant {
        let body = pages.first().map(|(_, body)| body.clone()).unwrap_or_default();
        let requests: Arc<[_]> = pages
            .into_iter()
            .map(|(request, body)| (request, Expected::Body(body.len())))
            .collect();
        let target = self.target(requests);
        ProductContestant { contestant: self.contestant(id, target), body }
    }

    /// A target with these requests, sent to this node without pauses.
    pub(super) fn target(self, requests: Arc<[(Bytes, Expected)]>) -> Target {
        Target { address: self.address, requests, pause: Duration::ZERO }
    }

    /// A contestant with the plan's number of connections and no flood.
    pub(super) fn contestant(self, id: ContestantId, target: Target) -> Contestant {
        Contestant { id, pid: self.pid, target, connections: None, flood: None }
    }

    /// Signs in the HR admin of a company and returns the session cookie.
    pub(super) async fn sign_in(self, slug: &str) -> Result<String> {
        let request = sign_in(slug, &people::email(slug), PASSWORD)?;
        let Reply { status, head, .. } = ask(self.address, &request).await?;
        ensure!(status == 201, "the sign-in at `{slug}` got status {status}");
        let cookie = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let session =
                name.eq_ignore_ascii_case("set-cookie") && value.starts_with("__Host-session=");
            session.then(|| value.split(';').next())?
        });
        cookie.map(str::to_owned).context("the response to a sign-in has no session cookie")
    }

    /// Builds the request for a page of 100 rows, sends it once, and returns it with the body. Checks that all 100 rows belong to the company.
    pub(super) async fn page(
        self,
        id: ContestantId,
        slug: &str,
        cookie: &str,
        query: &str,
    ) -> Result<(Bytes, Bytes)> {
        let request = list(slug, cookie, query);
        let Reply { status, body, .. } = ask(self.address, &request).await?;
        ensure!(status == 200, "the list `{query}` of `{slug}` got status {status}");
        let page: Value = serde_json::from_slice(&body)?;
        let rows = page["items"].as_array().context("the response has no rows")?;
        let domain = format!("@{slug}.example");
        let own =
            |row: &&Value| row["email"].as_str().is_some_and(|email| email.ends_with(&domain));
        // Without any lock the page may show rows of other companies, which is why only their number is checked.
        let count =
            if id == ContestantId::LabOff { rows.len() } else { rows.iter().filter(own).count() };
        ensure!(count == 100, "the list `{query}` of `{slug}` does not show its own 100 rows");
        Ok((request, body))
    }
}

/// Builds the request for a sign-in at a company.
pub(super) fn sign_in(slug: &str, email: &str, password: &str) -> Result<Bytes> {
    let credentials =
        NewSession { email: email.to_owned(), password: password.to_owned(), remember_me: false };
    let body = serde_json::to_string(&credentials)?;
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {slug}.localhost:{PORT}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        paths::SESSION,
        body.len()
    );
    Ok(request.into())
}

/// Builds the request for a list of 100 employees.
pub(super) fn list(slug: &str, cookie: &str, query: &str) -> Bytes {
    let request = format!(
        "GET {}?limit=100{query} HTTP/1.1\r\nHost: {slug}.localhost:{PORT}\r\nCookie: {cookie}\r\nAccept: application/json\r\n\r\n",
        paths::EMPLOYEES
    );
    request.into()
}
