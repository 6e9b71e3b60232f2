//! The companies of a run, created through the store: few in one database, many in another.

use std::time::Duration;

use anyhow::Result;
use chrono::{Days, NaiveDate};
use credential::{NewPassword, PasswordHash};
use dev::{print::print, stack::SUPERUSER_URL};
use domain::{
    AccountId, Currency, DepartmentId, EmployeeId, EmployeeNumber, EmploymentStatus, Money, Role,
    TenantId,
};
use serde_json::{Value, json};
use store::{NewAccount, NewDepartment, NewEmployee, NewTenantRows, Store, StoreConfig};
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

use super::{PRODUCT, Programs, Stores, stores::Databases};

/// The password of every account in a run.
pub(super) const PASSWORD: &str = "a-password-of-the-benchmark";

/// The company whose list is cached. One page shows all of its employees.
pub(super) const HUNDRED: &str = "hundred";
/// The company whose list is measured without a cache.
pub(super) const THOUSAND: &str = "thousand";
/// The largest company, in the database with many companies.
pub(super) const LARGE: &str = "large";
/// The number of companies with a hundred employees in the same database.
const SMALL_COMPANIES: usize = 200;

const FEW: Databases = Databases { database: "watertight", redis: 0 };
const MANY: Databases = Databases { database: "watertight_many", redis: 2 };

const FIRST: [&str; 10] =
    ["Amara", "Jonas", "Mei", "Luis", "Priya", "Tomasz", "Grace", "Noah", "Ines", "Zoë"];
const LAST: [&str; 9] =
    ["Okafor", "Weber", "Tanaka", "Ortega", "Nair", "Mbeki", "Berg", "O'Neill", "Lindqvist"];
const DEPARTMENTS: [&str; 4] = ["Engineering", "Operations", "Finance", "People"];
const LOCATIONS: [&str; 3] = ["Berlin", "Lisbon", "Nairobi"];
const POSITIONS: [&str; 5] = ["Engineer", "Analyst", "Designer", "Lead", "Counsel"];

/// Creates roles, tables and companies in both places, and returns `[few, many]`.
pub(super) async fn fill(programs: &Programs, stores: &Stores) -> Result<[Databases; 2]> {
    let hash = PasswordHash::of(&NewPassword::parse(PASSWORD)?)?.as_str().to_owned();
    let small_companies: Vec<String> =
        (1..=SMALL_COMPANIES).map(|n| format!("company-{n}")).collect();
    let few = vec![(HUNDRED, 100), (THOUSAND, 1_000), ("other", 1_000)];
    let many =
        small_companies.iter().map(|slug| (slug.as_str(), 100)).chain([(LARGE, 10_000)]).collect();
    for (databases, companies) in [(FEW, few), (MANY, many)] {
        for name in ["bootstrap", "migrate"] {
            stores.step(programs, PRODUCT, databases, &[name]).await?;
        }
        let store = connect(stores, databases).await?;
        print(format_args!("filling `{}` with {} companies", databases.database, companies.len()));
        for (slug, people) in companies {
            add(&store, slug, people, &hash).await?;
        }
    }
    analyse(stores).await?;
    Ok([FEW, MANY])
}

async fn connect(stores: &Stores, databases: Databases) -> Result<Store> {
    let environment = stores.of(databases)?;
    let variable = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    };
    let url = |role: &str, password: &str| {
        let user = format!("postgres://{role}:{password}@");
        variable("WATERTIGHT_DATABASE_URL").replace("postgres://", &user)
    };
    let config = StoreConfig {
        app_url: url("watertight_app", variable("WATERTIGHT_APP_PASSWORD")),
        platform_url: url("watertight_platform", variable("WATERTIGHT_PLATFORM_PASSWORD")),
        max_connections: 4,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_mins(1),
    };
    Ok(Store::connect(config).await?)
}

/// Does now what autovacuum would do minutes later, so that plans without statistics are not measured.
async fn analyse(stores: &Stores) -> Result<()> {
    for databases in [FEW, MANY] {
        let url = stores.variable(SUPERUSER_URL)?;
        let url = url.rsplit_once('/').map_or("", |(before, _)| before);
        let mut psql = tokio::process::Command::new("psql");
        psql.arg(format!("{url}/{}", databases.database)).args([
            "--quiet",
            "--command",
            "vacuum analyze",
        ]);
        dev::process::ask("psql", &mut psql).await?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark creates companies, as the demo seed does"
)]
async fn add(store: &Store, slug: &str, people: usize, hash: &str) -> Result<TenantId> {
    let tenant = store.create_tenant(&slug.parse()?, slug).await?;
    let context =
        TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("bench"), tenant);
    store.add_tenant_rows(&context, &company(slug, people, hash)?).await?;
    Ok(tenant)
}

fn company(slug: &str, people: usize, hash: &str) -> Result<NewTenantRows> {
    let departments = DEPARTMENTS.map(|name| NewDepartment {
        id: DepartmentId::from_uuid(Uuid::new_v4()),
        name: name.to_owned(),
    });
    let chief = EmployeeId::from_uuid(Uuid::new_v4());
    let employees = (0..people).map(|index| person(slug, index, chief, &departments));
    let account = |email: String, employee| -> Result<NewAccount> {
        Ok(NewAccount {
            id: AccountId::from_uuid(Uuid::new_v4()),
            name: "HR admin".to_owned(),
            email: email.parse()?,
            role: Role::HrAdmin,
            employee,
            password_hash: hash.to_owned(),
            demo: false,
        })
    };
    Ok(NewTenantRows {
        employees: employees.collect::<Result<_>>()?,
        departments: departments.into(),
        accounts: vec![account(email(slug), Some(chief))?, account(sign_in_email(slug), None)?],
    })
}

/// The employees of a company as rows of the lesson's single table.
pub(super) fn flat(slug: &str, people: usize) -> Result<Vec<Value>> {
    let company = company(slug, people, "")?;
    let department =
        |id| company.departments.iter().find(|one| one.id == id).map(|one| one.name.as_str());
    let row = |one: &NewEmployee| {
        json!({
            "id": one.id, "tenant_id": slug, "number": one.number, "first_name": one.first_name, "last_name": one.last_name,
            "email": one.email.as_str(), "position": one.position, "department_id": one.department,
            "department_name": department(one.department), "location": one.location, "status": one.status.as_str(),
            "started_on": one.started_on, "salary": one.salary.minor_units, "currency": one.salary.currency,
        })
    };
    Ok(company.employees.iter().map(row).collect())
}

/// The e-mail address with which the HR admin of a company signs in.
pub(super) fn email(slug: &str) -> String {
    format!("hr@{slug}.example")
}

/// The e-mail address of the account whose sign-ins are measured. An account keeps its newest 20 sessions only (row G13), so the account that requests the
/// lists would lose its session.
pub(super) fn sign_in_email(slug: &str) -> String {
    format!("sign-in@{slug}.example")
}

fn person(
    slug: &str,
    index: usize,
    chief: EmployeeId,
    departments: &[NewDepartment; 4],
) -> Result<NewEmployee> {
    let number = 1001 + i64::try_from(index)?;
    let first_day = NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default();
    Ok(NewEmployee {
        id: if index == 0 { chief } else { EmployeeId::from_uuid(Uuid::new_v4()) },
        number: EmployeeNumber::try_from(number)?,
        first_name: FIRST[index % FIRST.len()].to_owned(),
        last_name: LAST[index / FIRST.len() % LAST.len()].to_owned(),
        email: format!("p{number}@{slug}.example").parse()?,
        phone: format!("+49 30 {number}"),
        position: POSITIONS[index % POSITIONS.len()].to_owned(),
        department: departments[index % departments.len()].id,
        location: LOCATIONS[index % LOCATIONS.len()].to_owned(),
        status: EmploymentStatus::Active,
        started_on: first_day + Days::new(index as u64 * 37 % 3650),
        ended_on: None,
        weekly_hours: 40,
        salary: Money {
            minor_units: 4_000_000 + number * 7_919 % 90_000 * 100,
            currency: Currency::Eur,
        },
        manager: (index != 0).then_some(chief),
    })
}
