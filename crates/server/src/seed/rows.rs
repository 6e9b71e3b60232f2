//! Turns the people of a company into the rows that the store takes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{AccountId, DepartmentId, Email, EmployeeId, EmployeeNumber, Money};
use store::{NewAccount, NewDepartment, NewEmployee, NewTenantRows};

use super::{
    Error,
    company::{Company, Level},
    pay,
    rng::DeterministicRng,
    staff::{self, Person},
    tenure::{self, Tenure},
};

/// Returns all rows of a company with `headcount` people as of `today`. Equal arguments give equal rows, including ids.
pub(super) fn of_company(
    company: &Company,
    headcount: u32,
    today: NaiveDate,
    password_hash: &str,
) -> Result<NewTenantRows, Error> {
    let mut rng = DeterministicRng::of(company.slug);
    let people = staff::hire(company, headcount, &mut rng);
    let tenures = tenure::tenures(&people, company.years, today, &mut rng);
    let emails = emails(&people, &company.mail_domain())?;
    let ids: Vec<EmployeeId> =
        emails.iter().map(|email| EmployeeId::from_uuid(id("employee", email.as_str()))).collect();
    let mut employees = Vec::with_capacity(people.len());
    for (index, (person, tenure)) in people.iter().zip(&tenures).enumerate() {
        let manager = person.manager.and_then(|manager| ids.get(manager).copied());
        employees.push(employee(
            company,
            person,
            *tenure,
            (ids[index], &emails[index], manager),
            today,
            &mut rng,
        )?);
    }
    Ok(NewTenantRows {
        departments: company
            .departments
            .iter()
            .map(|department| row_of(company, department.name))
            .collect(),
        accounts: accounts(&people, &employees, password_hash),
        employees,
    })
}

fn employee(
    company: &Company,
    person: &Person<'_>,
    tenure: Tenure,
    (id, email, manager): (EmployeeId, &Email, Option<EmployeeId>),
    today: NaiveDate,
    rng: &mut DeterministicRng,
) -> Result<NewEmployee, Error> {
    let hours =
        person.predefined.map_or_else(|| hours(person, rng), |fixed_person| fixed_person.hours);
    let fixed_phone = person.predefined.and_then(|fixed_person| fixed_person.phone);
    Ok(NewEmployee {
        id,
        number: EmployeeNumber::try_from(i64::from(tenure.number)).map_err(|_| Error::TooMany)?,
        first_name: person.first.clone(),
        last_name: person.last.clone(),
        email: email.clone(),
        phone: fixed_phone.map_or_else(|| phone(person.location.phone, rng), str::to_owned),
        position: person.position.to_owned(),
        department: row_of(company, person.department.name).id,
        location: person.location.name.to_owned(),
        status: person.status,
        started_on: tenure.started_on,
        ended_on: tenure.ended_on,
        weekly_hours: hours,
        salary: Money {
            minor_units: pay::yearly(person, tenure, hours, today, rng) * 100,
            currency: company.currency,
        },
        manager,
    })
}

/// One account for each fixed person who has a role. No other person can sign in.
fn accounts(
    people: &[Person<'_>],
    employees: &[NewEmployee],
    password_hash: &str,
) -> Vec<NewAccount> {
    let with_role = people
        .iter()
        .zip(employees)
        .filter_map(|(person, row)| Some((row, person.predefined?, person.predefined?.role?)));
    with_role
        .map(|(row, fixed_person, role)| NewAccount {
            id: AccountId::from_uuid(id("account", row.email.as_str())),
            name: fixed_person.name(),
            email: row.email.clone(),
            role,
            employee: Some(row.id),
            password_hash: password_hash.to_owned(),
            demo: true,
        })
        .collect()
}

fn row_of(company: &Company, department: &str) -> NewDepartment {
    let id = id("department", &format!("{department}@{}", company.mail_domain()));
    NewDepartment { id: DepartmentId::from_uuid(id), name: department.to_owned() }
}

/// Makes an id from kind and address only, so a person has the same id at every headcount.
fn id(kind: &str, address: &str) -> uuid::Uuid {
    DeterministicRng::of(&format!("{kind} {address}")).uuid()
}

/// Makes addresses such as `first.last@company.example`. The second person of a name gets `first.last2`. The fixed people come first, so their addresses
/// never change.
fn emails(people: &[Person<'_>], domain: &str) -> Result<Vec<Email>, Error> {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|index| people[*index].predefined.is_none());
    let mut taken = BTreeSet::new();
    let mut emails = BTreeMap::new();
    for index in order {
        let person = &people[index];
        let name = format!("{}.{}", local_part(&person.first), local_part(&person.last));
        let free =
            (1_u32..).map(|count| if count == 1 { name.clone() } else { format!("{name}{count}") });
        let address =
            free.into_iter().find(|address| taken.insert(address.clone())).unwrap_or_default();
        emails.insert(index, format!("{address}@{domain}").parse().map_err(Error::Address)?);
    }
    Ok(emails.into_values().collect())
}

/// `van der Linden` is `vanderlinden`, `O'Brien` is `obrien`, `Müller-Weiß` is `muller-weiss`.
fn local_part(name: &str) -> String {
    store::fold(name).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn phone(pattern: &str, rng: &mut DeterministicRng) -> String {
    pattern
        .chars()
        .map(|c| if c == '#' { char::from_digit(rng.below(10), 10).unwrap_or('0') } else { c })
        .collect()
}

/// Weekly hours: full time for most people, and for everyone who leads people.
fn hours(person: &Person<'_>, rng: &mut DeterministicRng) -> u8 {
    match (person.level, rng.below(100)) {
        (Level::TeamMember, 0..5) => 20,
        (Level::TeamMember, 5..10) => 24,
        (Level::TeamMember, 10..20) => 32,
        _ => 40,
    }
}
