//! The routes of the demonstration's page about cookies, sessions and tokens: what they measure, and what they do not show.

use std::time::Duration;

use api_types::{
    Code, Counted, Explainer, FieldContent, Lookups, SecondSession, SessionList, TokenSet, at_pool,
    cookies, paths,
};
use chrono::Utc;
use domain::Role;
use e2e::{Actor, Company, Server, ServerConfig, Stack, until};
use reqwest::Method;
use serde_json::json;
use tokio::sync::OnceCell;

/// The timeout for a request with the wanted number of round trips.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration of a node of the shared stack that is a demonstration.
fn config(stack: &Stack) -> ServerConfig {
    stack.server_config().with("WATERTIGHT_DEMO", "true")
}

/// A node of the shared stack that is a demonstration.
async fn demonstration() -> &'static Server {
    static NODE: OnceCell<Server> = OnceCell::const_new();
    NODE.get_or_init(async || config(Stack::get().await).start().await).await
}

async fn explained(actor: &Actor) -> Explainer {
    actor.get(paths::EXPLAINER).expect(200).await.json()
}

async fn tokens(actor: &Actor) -> TokenSet {
    let asked = actor.request(Method::POST, paths::TOKENS).json(&json!({}));
    asked.expect(201).await.token_set()
}

/// Whether the second session of the actor's session is accepted.
async fn accepts_second(actor: &Actor) -> bool {
    let second: SecondSession = actor.get(paths::SECOND_SESSION).expect(200).await.json();
    second.accepted
}

async fn start_second(actor: &Actor) {
    let started = actor.request(Method::POST, paths::SECOND_SESSION).expect(201).await;
    let second: SecondSession = started.json();
    assert!(second.accepted);
}

/// Sends requests with a session or a token until one needs exactly these round trips to Redis and PostgreSQL, and returns what was counted for it.
///
/// The first requests read more: the directory of companies, and the account of a token. A node reads them again when another test changes a company.
async fn counted(wanted: (u32, u32), ask: impl AsyncFn() -> Lookups) -> Lookups {
    let what = format!("a request with {wanted:?} round trips to Redis and PostgreSQL");
    until(&what, TIMEOUT, async || {
        let lookups = ask().await;
        (round_trips(lookups.request) == wanted).then_some(lookups)
    })
    .await
}

const fn round_trips(counted: Counted) -> (u32, u32) {
    (counted.redis, counted.postgres)
}

/// C9: a node that is not a demonstration has none of the routes, also for a signed-in user.
#[tokio::test]
async fn outside_of_a_demonstration_the_page_has_no_routes() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    for (method, path) in [
        (Method::GET, paths::EXPLAINER),
        (Method::GET, paths::LOOKUPS),
        (Method::GET, paths::SECOND_SESSION),
        (Method::POST, paths::SECOND_SESSION),
        (Method::DELETE, paths::SECOND_SESSION),
        (Method::GET, paths::ARRIVAL),
        (Method::POST, paths::ARRIVAL),
    ] {
        admin.request(method, path).expect(404).await.problem(Code::NotFound);
    }
    let path = format!("{}?company={}", paths::OTHER_SITE, acme.slug);
    let bare = Actor::at(&stack.server, "").of(&acme.canary);
    bare.get(&path).expect(404).await.problem(Code::NotFound);
    bare.on(demonstration().await).get(&path).expect(200).await;
}

/// S1, S9: a request by session and one by token each need one round trip to Redis. If sessions are in PostgreSQL, a session needs a transaction more, and a
/// token does not after its first request. A signature alone needs no lookup.
#[tokio::test]
async fn lookups_are_counted_for_the_request_itself() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let in_postgres = config(stack).with_sessions_in_postgres().start().await;
    for (node, of_session) in [(demonstration().await, (1, 0)), (&in_postgres, (1, 1))] {
        let admin = acme.actor_on(node, Role::HrAdmin).await;
        let session = async || -> Lookups { admin.get(paths::LOOKUPS).expect(200).await.json() };
        let by_session = counted(of_session, session).await;
        assert_eq!(by_session.signature_alone, None, "a session has no signature");
        assert!(by_session.request.micros > 0, "a lookup takes time");

        let (visitor, token) = (acme.visitor_on(node), tokens(&admin).await.access_token);
        let token = async || -> Lookups {
            visitor.get_with_token(paths::LOOKUPS, &token).expect(200).await.json()
        };
        let first = token().await;
        assert!(first.request.postgres > 0, "the node reads the account of a new token: {first:?}");
        let by_token = counted((1, 0), token).await;
        assert_eq!(by_token.signature_alone.map(round_trips), Some((0, 0)));
        assert!(by_token.request.micros > 0, "a lookup takes time");
    }
}

/// S1: the page shows which fields the record of the session has, and no id, no sealed value and no value of a cookie.
#[tokio::test]
async fn the_session_record_is_shown_without_its_secrets() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let employee = acme.actor_on(node, Role::Employee).await;
    let session = employee.session.clone().unwrap();
    let listed: SessionList = employee.get(paths::SESSIONS).expect(200).await.json();
    let digest = listed.items.into_iter().find(|one| one.current).unwrap().id;
    let reply = employee.get(paths::EXPLAINER).expect(200).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let (text, explained) = (reply.text(), reply.json::<Explainer>());
    let email = acme.email_of(Role::Employee);
    let (tenant, own) = (acme.tenant.to_string(), acme.roster.employee().to_string());
    for secret in [&session, &digest, &email, &tenant, &own] {
        assert!(!text.contains(secret.as_str()), "{secret} in {text}");
    }
    let kept = explained.session;
    assert!(digest.starts_with(&kept.digest_start) && kept.digest_start.len() < 10, "{kept:?}");
    assert_eq!(kept.store, "redis");
    for field in &kept.fields {
        let shown = matches!(field.content, FieldContent::Plain | FieldContent::Time);
        assert_eq!(field.value.is_some(), shown, "{field:?}");
        assert!(field.bytes > 0, "{field:?}");
    }
    let role = kept.fields.iter().find(|field| field.name == "role").unwrap();
    assert_eq!(role.value.as_deref(), Some(Role::Employee.as_str()));
    for hidden in ["tenant", "account", "employee", "device", "mac"] {
        assert!(kept.fields.iter().any(|field| field.name == hidden && field.value.is_none()));
    }
    assert!(Utc::now() < kept.idle_end && kept.idle_end < kept.absolute_end, "{kept:?}");
}

/// C1, C7: the sizes are those of the cookies in the request, and a cookie of another program is only counted.
#[tokio::test]
async fn the_sizes_are_those_of_the_cookies_in_the_request() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let session = format!("{}={}", cookies::SESSION.name, admin.session.clone().unwrap());
    let sent = format!("{session}; theme=dark; other=12345");
    let explained: Explainer = admin.get(paths::EXPLAINER).cookie(&sent).expect(200).await.json();
    let size =
        |name: &str| explained.cookies.iter().find(|one| one.name == name).unwrap().value_bytes;
    assert_eq!(size(cookies::SESSION.name), Some(43));
    assert_eq!((size(cookies::THEME.name), size(cookies::DEVICE.name)), (Some(4), None));
    assert_eq!(explained.other_cookies, 1);
    assert_eq!(explained.cookies.len(), cookies::ALL.len() - 1, "one row for each name");
}

/// S2, S4: a second session is refused by the request after its end, and the session of the user stays.
#[tokio::test]
async fn the_second_session_ends_at_once_and_the_first_stays() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let count = async || {
        let listed: SessionList = admin.get(paths::SESSIONS).expect(200).await.json();
        listed.items.len()
    };
    assert!(!accepts_second(&admin).await, "none has begun");
    for again in ["the first time", "a second time"] {
        start_second(&admin).await;
        assert!(accepts_second(&admin).await, "{again}");
        assert_eq!(count().await, 2, "{again}");
    }
    let end = || admin.request(Method::DELETE, paths::SECOND_SESSION).expect(204);
    end().await;
    assert!(!accepts_second(&admin).await);
    assert_eq!(count().await, 1);
    end().await;
    admin.get(paths::SESSION).expect(200).await;
}

/// S4: signing out everywhere ends the second session too.
#[tokio::test]
async fn signing_out_everywhere_ends_the_second_session() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    start_second(&admin).await;
    admin.request(Method::DELETE, paths::SESSIONS).expect(204).await;
    admin.get(paths::SECOND_SESSION).expect(401).await.problem(Code::NotSignedIn);
    let again = acme.actor_on(node, Role::HrAdmin).await;
    let listed: SessionList = again.get(paths::SESSIONS).expect(200).await.json();
    assert_eq!(listed.items.len(), 1, "{listed:?}");
}

/// I3: a session sees its own record and its own second session, and nothing of another session or company.
#[tokio::test]
async fn each_session_sees_its_own_second_session_only() {
    let node = demonstration().await;
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let (elsewhere, foreign) =
        (acme.actor_on(node, Role::HrAdmin).await, betaco.actor_on(node, Role::HrAdmin).await);
    start_second(&admin).await;
    for other in [&elsewhere, &foreign] {
        assert!(!accepts_second(other).await);
        other.request(Method::DELETE, paths::SECOND_SESSION).expect(204).await;
    }
    assert!(accepts_second(&admin).await, "it ends by a request of its own session only");
    let (own, theirs) = (explained(&admin).await, explained(&foreign).await);
    assert_ne!(own.session.digest_start, theirs.session.digest_start);
    assert!(theirs.other_site.ends_with(&format!("?company={}", betaco.slug)));
    let stolen = betaco.visitor_on(node).with_session(&admin.session.clone().unwrap());
    stolen.get(paths::EXPLAINER).expect(401).await.problem(Code::NotSignedIn);
}

/// T5: a revoked access token is refused at the next request, and a verifier that checks only the signature still accepts it.
#[tokio::test]
async fn a_revoked_token_is_refused_at_the_next_count() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let (visitor, set) = (acme.visitor_on(node), tokens(&admin).await);
    visitor.get_with_token(paths::LOOKUPS, &set.access_token).expect(200).await;
    let refresh = set.refresh_token.clone().unwrap();
    let fields = [("token", refresh.as_str()), ("client_id", set.client_id.as_str())];
    visitor.post_form(&at_pool(paths::REVOKE, &set.pool_id), &fields).expect(200).await;
    let refused = visitor.get_with_token(paths::LOOKUPS, &set.access_token).expect(401).await;
    refused.problem(Code::InvalidToken);
    let asked = admin.request(Method::POST, paths::INSPECT_TOKEN);
    let inspected: api_types::Inspected =
        asked.json(&json!({ "token": set.access_token })).expect(200).await.json();
    assert!(inspected.valid, "{inspected:?}");
}

/// C8: only a page of the company starts or ends a second session, and only with a session.
#[tokio::test]
async fn another_site_cannot_start_or_end_a_second_session() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let foreign = |method| {
        admin.request(method, paths::SECOND_SESSION).header("sec-fetch-site", "cross-site")
    };
    foreign(Method::POST).expect(403).await.problem(Code::CrossSiteRequest);
    assert!(!accepts_second(&admin).await);
    start_second(&admin).await;
    foreign(Method::DELETE).expect(403).await.problem(Code::CrossSiteRequest);
    assert!(accepts_second(&admin).await);
    let (visitor, token) = (acme.visitor_on(node), tokens(&admin).await.access_token);
    for path in [paths::EXPLAINER, paths::SECOND_SESSION] {
        visitor.get(path).expect(401).await.problem(Code::NotSignedIn);
        visitor.get_with_token(path, &token).expect(403).await.problem(Code::SessionRequired);
    }
}

/// C2, C8: the page that a link or a form leads to names the cookies that arrived, without their values, and changes nothing.
#[tokio::test]
async fn the_cookies_that_arrived_are_named_without_their_values() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.actor_on(node, Role::HrAdmin).await;
    let session = admin.session.clone().unwrap();
    for (method, site, status) in [
        (Method::GET, "cross-site", 200),
        (Method::POST, "cross-site", 403),
        (Method::POST, "same-origin", 200),
        (Method::GET, "<script>alert(1)</script>", 200),
    ] {
        let request = admin.request(method.clone(), paths::ARRIVAL).header("sec-fetch-site", site);
        let reply = request.expect(status).await;
        let text = reply.text();
        assert!(reply.header("content-type").unwrap().starts_with("text/html"));
        assert!(text.contains(cookies::SESSION.name) && !text.contains(&session), "{text}");
        assert!(!text.contains(cookies::DEVICE.name), "it was not sent: {text}");
        assert!(!text.contains("alert(1)"), "{text}");
        assert_eq!(text.contains("cross_site_request"), status == 403, "{method} {site}: {text}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    }
    let without = acme.visitor_on(node).get(paths::ARRIVAL).expect(200).await.text();
    assert!(without.contains("No cookie of the product arrived"), "{without}");
    Actor::at(node, "").get(paths::ARRIVAL).expect(404).await.problem(Code::NotFound);
    admin.get(paths::SESSION).expect(200).await;
}

/// C8: the page of another site is on the bare host only, and leads to the host of a company only.
#[tokio::test]
async fn the_page_of_another_site_leads_to_a_company_only() {
    let node = demonstration().await;
    let acme = Company::fresh(Stack::get().await).await;
    let bare = Actor::at(node, "").of(&acme.canary);
    let path = |company: &str| format!("{}?company={company}", paths::OTHER_SITE);
    let reply = bare.get(&path(acme.slug.as_str())).expect(200).await;
    let target = format!("{}.localhost", acme.slug);
    assert!(reply.text().contains(&target));
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'none'") && policy.contains(&target), "{policy}");
    for odd in ["", "evil.example%2F", "%3Cscript%3E", "a%22b"] {
        bare.get(&path(odd)).expect(400).await.problem(Code::BadRequest);
    }
    let own = acme.visitor_on(node).get(&path(acme.slug.as_str()));
    own.expect(404).await.problem(Code::NotFound);
}
