//! P1: the three demo companies, as `watertight seed` creates them and a demonstration shows them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    process::Command,
};

use api_types::{
    Code, Companies, CompanyPublicData, EmployeeRow, OauthError, Page, SessionView, TokenSet,
    at_pool, paths,
};
use domain::{EmployeeNumber, Role};
use e2e::{Actor, Request, Server, Stack};
use reqwest::Method;
use serde_json::json;
use tokio::sync::OnceCell;

/// A seeded stack with two nodes: one that is a demonstration, and one that is not.
struct Seeded {
    demonstration: Server,
    earnest: Server,
}

async fn seeded() -> &'static Seeded {
    static SEEDED: OnceCell<Seeded> = OnceCell::const_new();
    let start = async || {
        let own = Stack::of_its_own().await;
        let config = own.server_config();
        for again in ["three companies", "nothing more"] {
            let said = config.run(&["seed"]).await.succeeded();
            assert!(!said.trim().is_empty(), "{again}: the seed must print what it did");
        }
        Seeded {
            demonstration: config.clone().with("WATERTIGHT_DEMO", "true").start().await,
            earnest: config.start().await,
        }
    };
    SEEDED.get_or_init(start).await
}

async fn companies(server: &Server) -> Vec<CompanyPublicData> {
    let all: Companies = Actor::at(server, "").get(paths::COMPANIES).expect(200).await.json();
    all.items
}

async fn signed_in(server: &Server, company: &CompanyPublicData, role: Role) -> Actor {
    let account = company.demo_accounts.iter().find(|account| account.role == role).unwrap();
    let visitor = Actor::at(server, company.slug.as_str());
    visitor.signed_in_with(&account.email, &account.password).await
}

async fn everyone(server: &Server, company: &CompanyPublicData) -> Vec<EmployeeRow> {
    let admin = signed_in(server, company, Role::HrAdmin).await;
    let page: Page<EmployeeRow> =
        admin.get(&format!("{}?limit=200", paths::EMPLOYEES)).expect(200).await.json();
    assert_eq!(page.total, page.items.len() as u64);
    page.items
}

/// P1: Acme Corp, BetaCo and GammaCorp have about 120 employees each, and one demo account of every role that can sign in at once.
#[tokio::test]
async fn the_picker_offers_three_companies() {
    let Seeded { demonstration, .. } = seeded().await;
    let companies = companies(demonstration).await;
    let names: Vec<&str> = companies.iter().map(|company| company.name.as_str()).collect();
    assert_eq!(names, ["Acme Corp", "BetaCo", "GammaCorp"]);
    for company in &companies {
        assert_eq!(company.origin, format!("http://{}.localhost:8080", company.slug));
        assert!(company.headcount.is_some_and(|heads| (100..=150).contains(&heads)), "{company:?}");
        let roles: BTreeSet<&str> =
            company.demo_accounts.iter().map(|account| account.role.as_str()).collect();
        assert_eq!(roles.len(), 4, "{company:?}");
        for role in Role::ALL {
            let actor = signed_in(demonstration, company, role).await;
            let who: SessionView = actor.get(paths::SESSION).expect(200).await.json();
            assert_eq!((who.role, who.company_slug), (role, company.slug.clone()));
        }
    }
}

/// P1: Acme's HR admin is user number 1042, as in the incident.
#[tokio::test]
async fn the_hr_admin_of_acme_is_user_1042() {
    let Seeded { demonstration, .. } = seeded().await;
    let acme = companies(demonstration).await.remove(0);
    let admin = signed_in(demonstration, &acme, Role::HrAdmin).await;
    let who: SessionView = admin.get(paths::SESSION).expect(200).await.json();
    assert_eq!(who.user_number, EmployeeNumber::try_from(1042).ok());
}

/// P1: names and numbers overlap between companies, so that a mix-up would show. One person works at two companies, and every row belongs to its own company.
#[tokio::test]
async fn names_and_numbers_overlap_and_one_person_works_at_two_companies() {
    let Seeded { demonstration, .. } = seeded().await;
    let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
    let mut names: BTreeMap<(String, String), usize> = BTreeMap::new();
    for company in &companies(demonstration).await {
        for row in everyone(demonstration, company).await {
            assert!(row.email.ends_with(&format!("@{}.example", company.slug)), "{}", row.email);
            *numbers.entry(row.number.get()).or_default() += 1;
            *names.entry((row.first_name, row.last_name)).or_default() += 1;
        }
    }
    assert!(numbers.values().filter(|times| **times == 3).count() > 50, "all three share numbers");
    assert!(names.values().any(|times| *times > 1), "one person works at two companies");
}

/// P1: a node that is not a demonstration does not show the demo accounts, and refuses their public password.
#[tokio::test]
async fn the_public_password_is_refused_outside_of_a_demonstration() {
    let Seeded { demonstration, earnest } = seeded().await;
    Actor::at(earnest, "").get(paths::COMPANIES).expect(404).await.problem(Code::NotFound);
    for company in companies(demonstration).await {
        let visitor = Actor::at(earnest, company.slug.as_str());
        let face: CompanyPublicData = visitor.get(paths::COMPANY).expect(200).await.json();
        assert!(face.demo_accounts.is_empty() && face.headcount.is_none(), "{face:?}");
        for account in company.demo_accounts {
            let refused = visitor.sign_in(&account.email, &account.password).expect(401).await;
            refused.problem(Code::WrongCredentials);
        }
    }
}

/// I3: the company picker is served on the bare host only, and refuses a request with a session cookie.
#[tokio::test]
async fn the_picker_is_served_on_the_bare_host_only() {
    let Seeded { demonstration, .. } = seeded().await;
    let acme = companies(demonstration).await.remove(0);
    let admin = signed_in(demonstration, &acme, Role::HrAdmin).await;
    admin.get(paths::COMPANIES).expect(404).await.problem(Code::NotFound);
    let bare = Actor::at(demonstration, "").with_session(admin.session.as_ref().unwrap());
    bare.get(paths::COMPANIES).expect(400).await.problem(Code::CompanyHostRequired);
}

fn refreshed(node: &Server, set: &TokenSet, token: &str) -> Request {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", set.client_id.as_str()),
    ];
    Actor::at(node, "").post_form(&at_pool(paths::TOKEN, &set.pool_id), &fields)
}

/// G7: a node with `WATERTIGHT_DEMO` off refuses the session, access token, ID token and refresh token of a demonstration account. A node on the same stores
/// with `WATERTIGHT_DEMO` on accepts each of them.
#[tokio::test]
async fn sessions_and_tokens_of_demo_accounts_are_refused_without_the_demonstration() {
    let Seeded { demonstration, earnest } = seeded().await;
    let acme = companies(demonstration).await.remove(0);
    for role in Role::ALL {
        let person = signed_in(demonstration, &acme, role).await;
        let asked = person.request(Method::POST, paths::TOKENS).json(&json!({}));
        let set = asked.expect(201).await.token_set();
        let [id, refresh] = [&set.id_token, &set.refresh_token].map(|token| token.clone().unwrap());
        let session = || person.clone();
        let visitor = |node: &Server| session().signed_out().on(node);
        session().get(paths::SESSION).expect(200).await;
        visitor(demonstration)
            .get_with_token(paths::EMPLOYEES, &set.access_token)
            .expect(200)
            .await;
        visitor(demonstration).get_with_token(paths::WHOAMI, &id).expect(200).await;
        let next = refreshed(demonstration, &set, &refresh).expect(200).await.tokens();

        let refused = session().on(earnest).get(paths::SESSION).expect(401).await;
        refused.problem(Code::NotSignedIn);
        let refused = session().on(earnest).get(paths::EMPLOYEES).expect(401).await;
        refused.problem(Code::NotSignedIn);
        for (path, token) in [
            (paths::EMPLOYEES, &set.access_token),
            (paths::WHOAMI, &set.access_token),
            (paths::WHOAMI, &id),
        ] {
            let refused = visitor(earnest).get_with_token(path, token).expect(401).await;
            refused.problem(Code::InvalidToken);
        }
        let next = next.refresh_token.unwrap();
        refreshed(earnest, &set, &next).expect(400).await.oauth(OauthError::InvalidGrant);
    }
}

/// An IPv4 address of this machine that is not loopback.
fn other_address() -> IpAddr {
    let said = Command::new("hostname").arg("-I").output().unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    let mut addresses = said.split_whitespace().map(|word| word.parse::<IpAddr>().unwrap());
    addresses.find(IpAddr::is_ipv4).unwrap()
}

/// G7: a demonstration refuses a peer that is not on the loopback interface, whatever host the request names, unless `WATERTIGHT_DEMO_ALLOW_REMOTE` is set.
/// A demonstration logs a warning when it starts. A node that is not a demonstration answers every peer.
#[tokio::test]
async fn a_demonstration_answers_this_machine_only() {
    let everywhere = Stack::get().await.server_config().with("WATERTIGHT_LISTEN", "0.0.0.0:0");
    for (demo, allow_remote, others) in
        [("true", "", "refused"), ("true", "true", "answered"), ("false", "", "answered")]
    {
        let config = everywhere.clone().with("WATERTIGHT_DEMO", demo);
        let mut node = config.with("WATERTIGHT_DEMO_ALLOW_REMOTE", allow_remote).start().await;
        if demo == "true" {
            let warned = node.log_line("server.demonstration.started").await;
            assert!(warned.contains("WARN") && warned.contains(others), "{warned}");
        }
        for own in ["127.0.0.1", "127.0.0.2"] {
            node.address.set_ip(own.parse().unwrap());
            Actor::at(&node, "").get("/healthz/live").expect(200).await;
        }
        node.address.set_ip(other_address());
        for (slug, path) in
            [("", "/healthz/live"), ("", "/"), ("acme", paths::COMPANY), ("", paths::COMPANIES)]
        {
            let reply = Actor::at(&node, slug).get(path).send().await;
            if others == "refused" {
                assert_eq!(reply.status, 403, "{path}");
                reply.problem(Code::Forbidden);
            } else {
                assert_ne!(reply.status, 403, "{path}");
            }
        }
        assert_eq!(node.logged().contains("server.demonstration.started"), demo == "true");
    }
}
