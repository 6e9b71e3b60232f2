//! The table as a page: printed, compared with the committed page, and rewritten if `WATERTIGHT_WRITE_SCOPES` is set.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::PathBuf,
};

use domain::{AccessScope, Role};

use super::{
    ByCookie, ByToken,
    caller::{Caller, Scopes},
    outcome::Outcome,
    route::Route,
};

const HEAD: &str = "\
# Scopes

What each route answers, by the scopes of the access token and by the role of its bearer. The test `scopes` in `e2e/tests/it` sends every operation of the
OpenAPI document with every set of the seven scopes as each of the four roles, and with every set of scopes that a machine can have. It fails if a response
differs from this page, is a 500, or leaves a fence in the cache. `just scopes` runs the test and writes this page.

Every request is valid and succeeds if the caller is allowed to make it. A scope that a row does not name changes nothing on that route. `—` means that no
such token is issued.
";

const COOKIES: &str = "
## By session cookie

A session has no scopes: the role decides alone.
";

const OPEN: &str = "
## Routes on which no credential changes the answer

Each of them gave the same response to all of these tokens and cookies:
";

/// The outcomes of one row, in the order of [`Caller::all`].
type Row = Vec<Option<Outcome>>;

/// Prints the page and compares it with the committed one. If `WATERTIGHT_WRITE_SCOPES` is set, the committed page is rewritten first.
pub(super) fn compare(routes: &[Route], by_token: &ByToken, by_cookie: &ByCookie) {
    let page = page(routes, by_token, by_cookie);
    println!("{page}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/scopes.md");
    if env::var_os("WATERTIGHT_WRITE_SCOPES").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let different = page.lines().filter(|line| !committed.lines().any(|known| known == *line));
    let different: Vec<&str> = different.collect();
    assert!(
        committed == page,
        "docs/scopes.md differs from the results of this run:\n{}\nhint: `just scopes` writes it",
        different.join("\n")
    );
}

fn page(routes: &[Route], by_token: &ByToken, by_cookie: &ByCookie) -> String {
    let (open, guarded): (Vec<&Route>, Vec<&Route>) =
        routes.iter().partition(|route| is_open(route, by_token, by_cookie));
    let mut page = HEAD.to_owned();
    let names: Vec<&str> = Caller::all().map(Caller::name).collect();
    writeln!(page, "\n## By access token\n\n| route | scopes | {} |", names.join(" | ")).unwrap();
    writeln!(page, "|---|---{}|", "|---".repeat(names.len())).unwrap();
    for route in &guarded {
        for (at, (scopes, row)) in rows(route, by_token).into_iter().enumerate() {
            let route = if at == 0 { format!("`{route}`") } else { String::new() };
            writeln!(page, "| {route} | {scopes} | {} |", cells(row.iter().map(Option::as_ref)))
                .unwrap();
        }
    }
    page += COOKIES;
    let names = Role::ALL.map(Role::as_str).join(" | ");
    writeln!(page, "\n| route | {names} | no credential |\n|---{}|", "|---".repeat(5)).unwrap();
    for route in &guarded {
        let outcomes = roles().map(|role| by_cookie.get(&((*route).clone(), role)));
        writeln!(page, "| `{route}` | {} |", cells(outcomes)).unwrap();
    }
    page += OPEN;
    page.push('\n');
    for route in open {
        writeln!(page, "- `{route}`").unwrap();
    }
    page
}

/// The callers of the second table: each role, and a client without a credential.
fn roles() -> impl Iterator<Item = Option<Role>> {
    Role::ALL.map(Some).into_iter().chain([None])
}

fn cells<'o>(outcomes: impl Iterator<Item = Option<&'o Outcome>>) -> String {
    let text = |outcome: Option<&'o Outcome>| outcome.map_or("—", |outcome| outcome.0.as_str());
    outcomes.map(text).collect::<Vec<_>>().join(" | ")
}

/// Whether every caller got the same answer, with every token and cookie.
fn is_open(route: &Route, by_token: &ByToken, by_cookie: &ByCookie) -> bool {
    let of_token = by_token.iter().filter(|((of, _), _)| of == route);
    let of_cookie = by_cookie.iter().filter(|((of, _), _)| of == route);
    let all: BTreeSet<&Outcome> = of_token
        .flat_map(|(_, outcomes)| outcomes.values())
        .chain(of_cookie.map(|(_, outcome)| outcome))
        .collect();
    all.len() == 1
}

/// The rows of a route: the sets of scopes that give every caller the same answers, and those answers.
fn rows(route: &Route, by_token: &ByToken) -> Vec<(String, Row)> {
    let of = |caller: Caller| by_token.get(&(route.clone(), caller));
    let matter = scopes_that_matter(Caller::all().filter_map(of));
    let mut groups: Vec<(Row, Vec<Scopes>)> = Vec::new();
    for part in matter.parts() {
        let row: Row = Caller::all().map(|caller| answer(of(caller)?, matter, part)).collect();
        match groups.iter_mut().find(|(known, _)| agree(known, &row)) {
            Some((known, parts)) => {
                let both = known.iter_mut().zip(row);
                both.for_each(|(known, answer)| *known = known.take().or(answer));
                parts.push(part);
            }
            None => groups.push((row, vec![part])),
        }
    }
    groups.into_iter().map(|(row, parts)| (described(matter, &parts), row)).collect()
}

/// Whether two rows give every caller the same answer. An empty cell, for a token that is not issued, agrees with any answer.
fn agree(one: &Row, other: &Row) -> bool {
    let both = one.iter().zip(other);
    both.into_iter().all(|(one, other)| one.is_none() || other.is_none() || one == other)
}

/// The scopes that change an answer of this route for at least one caller.
fn scopes_that_matter<'o>(callers: impl Iterator<Item = &'o BTreeMap<Scopes, Outcome>>) -> Scopes {
    let mut matter = Scopes::NONE;
    for outcomes in callers {
        for (scopes, outcome) in outcomes {
            let differs = |scope: &AccessScope| {
                outcomes.get(&scopes.toggled(*scope)).is_some_and(|other| other != outcome)
            };
            for scope in AccessScope::ALL.into_iter().filter(differs) {
                matter = if matter.has(scope) { matter } else { matter.toggled(scope) };
            }
        }
    }
    matter
}

/// The answer to all tokens whose scopes among `matter` are exactly `part`. Fails if there is more than one.
fn answer(outcomes: &BTreeMap<Scopes, Outcome>, matter: Scopes, part: Scopes) -> Option<Outcome> {
    let of_part = outcomes.iter().filter(|(scopes, _)| scopes.and(matter) == part);
    let answers: BTreeSet<&Outcome> = of_part.map(|(_, outcome)| outcome).collect();
    assert!(answers.len() <= 1, "another scope than {} matters: {answers:?}", matter.text());
    answers.first().copied().cloned()
}

/// The sets as text. A scope that makes no difference within `parts` is left out.
fn described(matter: Scopes, parts: &[Scopes]) -> String {
    let free = |scope: &AccessScope| parts.iter().all(|part| parts.contains(&part.toggled(*scope)));
    let free: Vec<AccessScope> = matter.each().filter(free).collect();
    let mut texts: Vec<String> = Vec::new();
    for part in parts.iter().filter(|part| !free.iter().any(|scope| part.has(*scope))) {
        let named = |wanted: bool| {
            let named = matter.each().filter(|scope| !free.contains(scope));
            let named = named.filter(|scope| part.has(*scope) == wanted);
            named.map(|scope| format!("`{}`", scope.as_str())).collect::<Vec<_>>().join(", ")
        };
        let (with, without) = (named(true), named(false));
        texts.push(match (with.as_str(), without.as_str()) {
            ("", "") => "any".to_owned(),
            (with, "") => with.to_owned(),
            ("", without) => format!("without {without}"),
            (with, without) => format!("{with}, without {without}"),
        });
    }
    texts.join("; or ")
}
