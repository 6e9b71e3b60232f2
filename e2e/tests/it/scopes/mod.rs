//! G8: every set of scopes on every route, for every role and for a machine, compared with the committed table `docs/scopes.md`.

mod caller;
mod outcome;
mod page;
mod route;
mod world;

use std::collections::{BTreeMap, HashMap};

use domain::Role;
use futures_util::future::join_all;

use caller::{Caller, Scopes};
use outcome::Outcome;
use route::Route;
use world::World;

/// The outcome for each route and caller, by the scopes of the caller's access token.
type ByToken = BTreeMap<(Route, Caller), BTreeMap<Scopes, Outcome>>;
/// The outcome for each route and role with a session cookie. The caller without a role has neither cookie nor token.
type ByCookie = HashMap<(Route, Option<Role>), Outcome>;

/// How many requests of one caller are under way at the same time.
const AT_ONCE: usize = 6;

/// G8: no set of scopes on any route causes a 500 or leaves a fence, and the answers are those of the committed table.
#[tokio::test]
async fn every_set_of_scopes_on_every_route_answers_as_the_table_says() {
    let world = World::fresh().await;
    let routes = route::all(&world.document().await);
    let by_token = join_all(Caller::all().map(|caller| by_token(&world, &routes, caller))).await;
    let by_token: ByToken = by_token.into_iter().flatten().collect();
    let by_cookie = by_cookie(&world, &routes).await;
    page::compare(&routes, &by_token, &by_cookie);
}

/// Sends a request to every route with every access token that the caller can get.
async fn by_token(world: &World, routes: &[Route], caller: Caller) -> ByToken {
    let mut found = ByToken::new();
    let agent = world.agent_of(caller).await;
    for (turn, scopes) in caller.all_scopes().enumerate() {
        let Some(token) = agent.token(world, &scopes).await else { continue };
        for some in routes.chunks(AT_ONCE) {
            let turn = caller.turn(turn);
            let asked = some.iter().map(|route| world.by_token(route, &token, turn, &scopes));
            for (route, outcome) in some.iter().zip(join_all(asked).await) {
                let outcomes = found.entry((route.clone(), caller)).or_default();
                outcomes.insert(scopes, outcome);
            }
        }
    }
    found
}

/// Sends a request to every route with the session of each role, and with neither session nor token. Routes that end sessions come last.
async fn by_cookie(world: &World, routes: &[Route]) -> ByCookie {
    let mut found = ByCookie::new();
    let (last, first): (Vec<&Route>, Vec<&Route>) =
        routes.iter().partition(|route| route.ends_sessions());
    for caller in Role::ALL.map(Some).into_iter().chain([None]) {
        let mut actor = world.visitor(caller).await;
        for route in first.iter().chain(&last) {
            if route.ends_sessions() {
                actor = world.visitor(caller).await;
            }
            let outcome = world.by_cookie(route, &actor).await;
            found.insert(((*route).clone(), caller), outcome);
        }
    }
    found
}
