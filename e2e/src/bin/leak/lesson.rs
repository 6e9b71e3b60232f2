//! The first half: the incident in the lesson's code.

use dev::print::print;
use e2e::{
    db_redis,
    incident::{ACME, Admin, BETACO, COMPANIES, EmployeeList, Incident},
};

use crate::{
    paint::Paint,
    table::{ShownRow, draw},
};

/// The Redis database of the lesson's code. The product uses others for sessions and bodies.
const DATABASE: &str = "/2";

/// Plays the incident and prints it. Returns whether the code leaked.
pub(crate) async fn run(environment: &[(&'static str, String)], paint: Paint) -> bool {
    let url = redis_url(environment);
    clear(&url).await;
    let app = Incident::start(&url).await;
    print(format!("\n{}", paint.bold("The incident, in the lesson's code")));
    print(paint.dim("  e2e/src/incident/vulnerable.rs, with a real Redis\n"));

    let at_nine = ask(&app, &BETACO).await;
    print(asked(paint, "9:00", &BETACO, &at_nine));
    let (key, rows, _) = app.db_cache_entry().await;
    print(paint.dim(&format!(
        "        not cached: read from the database, then cached as `{key}` ({} rows)",
        rows.len()
    )));

    let at_two_past = ask(&app, &ACME).await;
    print(asked(paint, "9:02", &ACME, &at_two_past));
    let (key, _, seconds) = app.db_cache_entry().await;
    print(paint.dim(&format!("        cached: `{key}`, expires in {seconds} s")));

    let leaked = at_two_past.shows(&BETACO) && !at_two_past.shows(&ACME);
    print(format!("\n  {}\n", paint.bold("What Acme saw")));
    print(draw(paint, &seen(&at_two_past), at_two_past.employees.len()));
    let key = format!("  One cache key for all companies: `{key}`.");
    print(format!("\n{}", if leaked { paint.bad(&key) } else { key }));
    clear(&url).await;
    leaked
}

async fn ask(app: &Incident, admin: &Admin) -> EmployeeList {
    let sid = app.sign_in(admin).await;
    app.employees(&sid).await
}

fn asked(paint: Paint, time: &str, admin: &Admin, list: &EmployeeList) -> String {
    let who = format!("{}'s HR admin, user {}", admin.company, admin.user_id);
    format!(
        "  {time}  {:32}  GET /employees          {}",
        paint.of_company(admin.company, &format!("{who:32}")),
        list.status
    )
}

fn seen(list: &EmployeeList) -> Vec<ShownRow> {
    let row = |employee: &e2e::incident::Employee| ShownRow {
        number: employee.number.into(),
        name: employee.name.clone(),
        email: employee.email.clone(),
        company: COMPANIES
            .iter()
            .find(|admin| admin.tenant_id == employee.tenant_id)
            .map_or("another company", |admin| admin.company),
    };
    list.employees.iter().map(row).collect()
}

fn redis_url(environment: &[(&'static str, String)]) -> String {
    let url = environment
        .iter()
        .find(|(name, _)| *name == "REDIS_SESSION_URL")
        .map_or("", |(_, url)| url);
    format!("{}{DATABASE}", url.trim_end_matches("/0"))
}

async fn clear(url: &str) {
    let () = redis::cmd("FLUSHDB")
        .query_async(&mut db_redis::open(url).await)
        .await
        .expect("Redis answers");
}
