//! The node under test, a company for tokens and one for cookies, and the valid request for each route.

use api_types::{Departments, NewEmployee, SalaryInput, paths};
use domain::{AccessScope, PoolId, Role};
use e2e::{Actor, Application, Company, Pkce, REDIRECT_URI, Request, Server, Stack, db_redis};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{
    caller::{Caller, Scopes},
    outcome::Outcome,
    route::Route,
};

/// The first employee who has neither an account nor reports.
const FIRST: usize = 50;
/// The number of sets of scopes for users and for a machine. Each set edits its own employee and terminates another.
const SETS: usize = (1 << AccessScope::ALL.len()) + 8;

/// The node and the two companies that the requests go to. Index 0 is the company for tokens, 1 the one for cookies.
pub(super) struct World {
    stack: &'static Stack,
    node: Server,
    by_token: Company,
    by_cookie: Company,
    pools: [PoolId; 2],
    people: Application,
    machine: Application,
    admin: Actor,
    /// Held during a write: with one write at a time, a fence that exists afterwards was left behind.
    writing: Mutex<()>,
}

/// A caller that can get access tokens.
pub(super) struct Agent {
    caller: Caller,
    /// The session with which the caller gets authorization codes.
    session: Actor,
}

impl World {
    pub(super) async fn fresh() -> Self {
        let stack = Stack::get().await;
        // A demonstration has every route.
        let config = stack.server_config().with("WATERTIGHT_DEMO", "true");
        // Every request for a draft begins one.
        let config = config.with("WATERTIGHT_LIMIT_DRAFT", "100000/1");
        let (node, by_token, by_cookie) = tokio::join!(
            config.start(),
            Company::of_size(stack, FIRST + 2 * SETS),
            Company::of_size(stack, FIRST + 2 * SETS)
        );
        let scope = |scope: AccessScope| format!(" --scope {}", scope.as_str());
        let every: String = AccessScope::ALL.into_iter().map(scope).collect();
        let of_resources = AccessScope::ALL.into_iter().filter(|scope| scope.is_of_a_resource());
        let of_resources: String = of_resources.map(scope).collect();
        let parameters = format!("--flow code --redirect-uri {REDIRECT_URI}{every}");
        let people = by_token.application(&parameters).await;
        let parameters = format!("--flow client_credentials --secret{of_resources}");
        let machine = by_token.application(&parameters).await;
        let pools = [people.pool.clone(), by_cookie.db_pool().await];
        let admin = by_token.actor_on(&node, Role::HrAdmin).await;
        let writing = Mutex::default();
        Self { stack, node, by_token, by_cookie, pools, people, machine, admin, writing }
    }

    pub(super) async fn document(&self) -> Value {
        self.by_token.visitor_on(&self.node).get(paths::OPENAPI).expect(200).await.json()
    }

    pub(super) async fn agent_of(&self, caller: Caller) -> Agent {
        let session = match caller.role() {
            Some(role) => self.by_token.actor_on(&self.node, role).await,
            None => self.by_token.visitor_on(&self.node),
        };
        Agent { caller, session }
    }

    /// The role's session at the company for cookies, or a visitor without one.
    pub(super) async fn visitor(&self, role: Option<Role>) -> Actor {
        match role {
            Some(role) => self.by_cookie.actor_on(&self.node, role).await,
            None => self.by_cookie.visitor_on(&self.node),
        }
    }

    /// Sends a request with an access token. For a `GET`, also checks that `HEAD` has the same status.
    pub(super) async fn by_token(
        &self,
        route: &Route,
        token: &str,
        turn: usize,
        scopes: &Scopes,
    ) -> Outcome {
        let visitor = self.by_token.visitor_on(&self.node);
        let get_with_token = |request: Request| {
            request.header("authorization", &format!("Bearer {token}")).with_retry()
        };
        let outcome = self.send(route, &visitor, 0, turn, get_with_token).await;
        if route.method == "GET" && !scopes.has_identity() {
            let head = visitor.request(reqwest::Method::HEAD, &self.path(route, 0, turn));
            let head = get_with_token(head).send().await;
            assert!(outcome.0.starts_with(&head.status.to_string()), "HEAD {}", route.path);
        }
        outcome
    }

    /// Sends a request with the actor's cookie.
    pub(super) async fn by_cookie(&self, route: &Route, actor: &Actor) -> Outcome {
        self.send(route, actor, 1, 0, Request::with_retry).await
    }

    async fn send(
        &self,
        route: &Route,
        actor: &Actor,
        company: usize,
        turn: usize,
        with_proof: impl Fn(Request) -> Request,
    ) -> Outcome {
        let alone = if route.writes() { Some(self.writing.lock().await) } else { None };
        let request = actor.request(route.method(), &self.path(route, company, turn));
        let request = self.filled(request, route, company).await;
        let reply = with_proof(request).send().await;
        if alone.is_some() {
            self.no_fence_is_left(company, route).await;
        }
        Outcome::of(route, &reply)
    }

    async fn no_fence_is_left(&self, company: usize, route: &Route) {
        let key = format!("t:{{{}}}:fences", self.company(company).tenant);
        let left = db_redis::exists(&self.stack.redis.url(), &key).await;
        assert!(!left, "{route} left a fence");
    }

    fn company(&self, at: usize) -> &Company {
        [&self.by_token, &self.by_cookie][at]
    }

    /// The path with its parameters filled in. Each turn edits and terminates its own employees. Every role sees the employee that is read.
    fn path(&self, route: &Route, company: usize, turn: usize) -> String {
        let roster = &self.company(company).roster;
        let id = match (route.method.as_str(), route.path.as_str()) {
            (_, path) if path.starts_with(paths::DEPARTMENTS) => {
                roster.departments[0].id.to_string()
            }
            // The id of no session: it is as long as one.
            (_, path) if path.starts_with(paths::SESSIONS) => "A".repeat(43),
            // An employee without an account, so that no session of this test ends.
            (_, path) if path.ends_with("/sessions") => roster.employees[FIRST].id.to_string(),
            ("PATCH", _) => roster.employees[FIRST + turn].id.to_string(),
            (_, path) if path.ends_with("/terminate") => {
                roster.employees[FIRST + SETS + turn].id.to_string()
            }
            _ => roster.employee().to_string(),
        };
        let pool = self.pools[company].as_str();
        let path = route.path.replace("{id}", &id).replace("{pool_id}", pool);
        assert!(!path.contains('{'), "add a value for the parameter in {route} here");
        path
    }

    /// The request with a valid body and the current version, so that it succeeds if the caller is authorized.
    async fn filled(&self, request: Request, route: &Route, company: usize) -> Request {
        if route.is("POST", paths::EMPLOYEES) {
            return request.json(&self.new_employee(company));
        }
        if route.writes() && route.path.starts_with(paths::DEPARTMENTS) {
            let version = self.department_version(company).await;
            let name = format!("{} {}", Uuid::new_v4(), self.company(company).canary);
            return request.header("if-match", &version).json(&json!({ "name": name }));
        }
        if route.writes() {
            let change =
                if route.method == "PATCH" { json!({ "position": "Lead" }) } else { json!({}) };
            return request.header("if-match", "\"1\"").json(&change);
        }
        match route.method.as_str() {
            "DELETE" if route.path == paths::ADOPTED_DRAFT => request.header("if-match", "\"1\""),
            "GET" | "DELETE" => request,
            _ if route.is("PUT", paths::SESSION_SETTINGS) => {
                request.json(&json!({ "policy": "standard" }))
            }
            _ if route.is("POST", paths::WIDGETS) => {
                request.json(&json!({ "name": "Intranet", "embedded_on": "https://a.example" }))
            }
            _ if route.takes_a_form() => {
                request.header("content-type", "application/x-www-form-urlencoded").body("")
            }
            _ if route.is("POST", paths::INSPECT_TOKEN) => {
                request.json(&json!({ "token": "none" }))
            }
            _ => request.json(&json!({})),
        }
    }

    async fn department_version(&self, company: usize) -> String {
        // Requests of this test end sessions of the company for cookies, so it needs a new session.
        let anew = if company == 1 { Some(self.visitor(Some(Role::HrAdmin)).await) } else { None };
        let admin = anew.as_ref().unwrap_or(&self.admin);
        let list = admin.get(paths::DEPARTMENTS).expect(200).await;
        let departments: Departments = list.json();
        let id = self.company(company).roster.departments[0].id;
        let found = departments.items.iter().find(|department| department.id == id);
        format!("\"{}\"", found.unwrap().version)
    }

    fn new_employee(&self, company: usize) -> NewEmployee {
        let Company { canary, roster, .. } = self.company(company);
        NewEmployee {
            first_name: format!("Neu {canary}"),
            last_name: format!("Zufall {canary}"),
            email: format!("{}@{canary}.example", Uuid::new_v4().simple()),
            position: "Engineer".to_owned(),
            department_id: roster.departments[0].id.to_string(),
            location: "Berlin".to_owned(),
            started_on: "2026-01-15".to_owned(),
            salary: SalaryInput { minor_units: Some(5_000_000), currency: "EUR".to_owned() },
            ..NewEmployee::default()
        }
    }
}

impl Agent {
    /// An access token with these scopes, or `None` if the product refuses it to the caller.
    pub(super) async fn token(&self, world: &World, scopes: &Scopes) -> Option<String> {
        let (bare, scope) = (Actor::at(&world.node, ""), scopes.text());
        let (application, grant) = match self.caller {
            Caller::Machine => {
                let asked = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
                let form = world.machine.shown(&asked);
                let reply = bare.post_form(&world.machine.path(paths::TOKEN), &form).expect(200);
                return Some(reply.await.tokens().access_token);
            }
            Caller::Person(_) => (&world.people, Pkce::fresh()),
        };
        let asked = application.authorize(&grant, &[("scope", &scope)]);
        let sent = self.session.get(&asked).expect(303).await.sent_to();
        let code = sent.parameters.get("code")?;
        let form = application.code_grant(code, &grant);
        let reply = bare.post_form(&application.path(paths::TOKEN), &form).expect(200).await;
        Some(reply.tokens().access_token)
    }
}
