//! The second half: the same two requests to the product.

use api_types::{CompanyPublicData, EmployeeRow, Page, SessionView, paths};
use dev::print::print;
use domain::Role;
use e2e::{Actor, Server, ServerConfig, closed_port, db_redis};

use crate::{
    paint::Paint,
    table::{ShownRow, draw},
};

/// A company of the demonstration.
struct Company {
    slug: &'static str,
    name: &'static str,
    /// The start of the domain in the company's e-mail addresses.
    domain: &'static str,
}

const ACME: Company = Company { slug: "acme", name: "Acme Corp", domain: "@acme." };
const BETACO: Company = Company { slug: "betaco", name: "BetaCo", domain: "@betaco." };

/// The path that returns the whole list on one page.
fn everyone() -> String {
    format!("{}?limit=200", paths::EMPLOYEES)
}

/// Sends the requests and prints the result. Returns whether Acme saw only its own employees.
pub(crate) async fn run(environment: &[(&'static str, String)], paint: Paint) -> bool {
    let server = ServerConfig::of(environment.iter().map(|(name, value)| (*name, value.as_str())))
        .without("WATERTIGHT_SUPERUSER_URL")
        .without("WATERTIGHT_OWNER_PASSWORD")
        .with("WATERTIGHT_DEMO", "true")
        .on_its_public_port(closed_port())
        .start()
        .await;
    print(format!("\n{}", paint.bold("The same requests to the product")));
    print(
        paint.dim(&format!("  watertight serve, http://acme.localhost:{}\n", server.public_port)),
    );

    let _betaco = ask(paint, "9:00", &server, &BETACO).await;
    let acme = ask(paint, "9:02", &server, &ACME).await;
    print(format!("\n  {}\n", paint.bold("What Acme saw")));
    let rows = seen(&acme);
    let kept = !rows.is_empty() && rows.iter().all(|row| row.company == ACME.name);
    print(draw(paint, &rows, usize::try_from(acme.total).unwrap_or(usize::MAX)));
    print("\n  A cache key for each company and each visibility:");
    for key in keys(environment).await {
        print(paint.dim(&format!("    {key}")));
    }
    kept
}

async fn ask(paint: Paint, time: &str, server: &Server, company: &Company) -> Page<EmployeeRow> {
    let visitor = Actor::at(server, company.slug);
    let public_data: CompanyPublicData = visitor.get(paths::COMPANY).expect(200).await.json();
    let account =
        public_data.demo_accounts.into_iter().find(|account| account.role == Role::HrAdmin);
    let account = account.expect("the demonstration has an HR admin");
    let admin = visitor.signed_in_with(&account.email, &account.password).await;
    let who: SessionView = admin.get(paths::SESSION).expect(200).await.json();
    let list = admin.get(&everyone()).expect(200).await;
    let number = who.user_number.map_or_else(String::new, |number| format!(", user {number}"));
    let who = format!("{}'s HR admin{number}", company.name);
    let status = list.status;
    print(format!(
        "  {time}  {}  GET {}   {status} OK",
        paint.of_company(company.name, &format!("{who:32}")),
        everyone()
    ));
    list.json()
}

fn seen(page: &Page<EmployeeRow>) -> Vec<ShownRow> {
    let company = |email: &str| {
        [ACME, BETACO]
            .into_iter()
            .find(|company| email.contains(company.domain))
            .map_or("another company", |company| company.name)
    };
    let row = |row: &EmployeeRow| ShownRow {
        number: row.number.get(),
        name: format!("{} {}", row.first_name, row.last_name),
        email: row.email.clone(),
        company: company(&row.email),
    };
    page.items.iter().map(row).collect()
}

/// Up to three keys of lists in the product's cache, shortened to 80 characters.
async fn keys(environment: &[(&'static str, String)]) -> Vec<String> {
    let url =
        environment.iter().find(|(name, _)| *name == "REDIS_CACHE_URL").map_or("", |(_, url)| url);
    let keys = db_redis::keys(url, "t:*:employee_list:*").await;
    keys.iter().take(3).map(|key| format!("{key:.80}…")).collect()
}
