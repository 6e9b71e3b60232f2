//! The properties of the seeded rows (row P1).

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{EmployeeId, EmploymentStatus, Role};
use store::{NewEmployee, NewTenantRows};

use super::{
    company::{COMPANIES, Company},
    rows,
};

fn rows_of(company: &Company, headcount: u32) -> NewTenantRows {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    rows::of_company(company, headcount, today, "hash").unwrap()
}

fn all() -> [NewTenantRows; 3] {
    COMPANIES.map(|company| rows_of(company, company.headcount))
}

fn employee_of(company: &NewTenantRows, role: Role) -> &NewEmployee {
    let account = company.accounts.iter().find(|account| account.role == role).unwrap();
    company.employees.iter().find(|row| Some(row.id) == account.employee).unwrap()
}

/// How many levels and how many people are below `head`.
fn below(company: &NewTenantRows, head: EmployeeId) -> (u32, usize) {
    let led: Vec<_> = company.employees.iter().filter(|row| row.manager == Some(head)).collect();
    let deeper: Vec<_> = led.iter().map(|row| below(company, row.id)).collect();
    let levels = deeper.iter().map(|(levels, _)| levels + 1).max().unwrap_or_default();
    (levels, led.len() + deeper.iter().map(|(_, people)| people).sum::<usize>())
}

/// P1: two runs of the seed give identical rows, including ids and dates.
#[test]
fn seeding_twice_gives_the_same_rows() {
    assert_eq!(format!("{:?}", all()), format!("{:?}", all()));
}

/// P1: the day of the seed changes dates and nothing else.
#[test]
fn seeding_on_another_day_gives_the_same_people() {
    let later =
        rows::of_company(COMPANIES[1], 118, NaiveDate::from_ymd_opt(2031, 2, 1).unwrap(), "hash")
            .unwrap();
    let ids = |company: &NewTenantRows| {
        company.employees.iter().map(|row| row.id).collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(&rows_of(COMPANIES[1], 118)), ids(&later));
}

/// P1: 122, 118 and 131 people work there, in seven departments.
#[test]
fn headcounts_are_those_of_the_demonstration() {
    for (company, (people, name)) in
        all().iter().zip([(122, "Acme Corp"), (118, "BetaCo"), (131, "GammaCorp")])
    {
        let there = company
            .employees
            .iter()
            .filter(|row| row.status != EmploymentStatus::Terminated)
            .count();
        assert_eq!((there, company.departments.len()), (people, 7), "{name}");
    }
}

/// P1: Acme's HR admin is user number 1042.
#[test]
fn acmes_hr_admin_is_number_1042_in_a_seed_of_any_size() {
    for headcount in [60, 122, 5000] {
        let acme = rows_of(COMPANIES[0], headcount);
        let admin = employee_of(&acme, Role::HrAdmin);
        assert_eq!((admin.number.get(), admin.position.as_str()), (1042, "Head of People"));
        assert_eq!(admin.email.as_str(), "amara.okafor@acme.example");
    }
}

/// P1: names and numbers overlap between any two companies; ids and addresses never do.
#[test]
fn names_and_numbers_overlap_and_ids_do_not() {
    let companies = all();
    for (a, b) in [(0, 1), (0, 2), (1, 2)].map(|(a, b)| (&companies[a], &companies[b])) {
        let shared = |key: fn(&NewEmployee) -> String| {
            let [a, b] =
                [a, b].map(|company| company.employees.iter().map(key).collect::<BTreeSet<_>>());
            a.intersection(&b).count()
        };
        assert!(shared(|row| format!("{} {}", row.first_name, row.last_name)) >= 4);
        assert!(shared(|row| row.number.to_string()) >= 118);
        assert_eq!(shared(|row| row.id.to_string()), 0);
        assert_eq!(shared(|row| row.email.to_string()), 0);
    }
}

/// P1: one person works for BetaCo and for GammaCorp: one name, one telephone number, two employments, two accounts.
#[test]
fn one_person_is_employed_twice() {
    let [acme, betaco, gammacorp] = all();
    let [here, there] = [&betaco, &gammacorp].map(|company| employee_of(company, Role::Employee));
    assert_eq!(
        (&here.first_name, &here.last_name, &here.phone),
        (&there.first_name, &there.last_name, &there.phone)
    );
    assert_eq!(here.weekly_hours + there.weekly_hours, 40);
    assert!(here.id != there.id && here.email != there.email);
    assert!(acme.employees.iter().all(|row| row.phone != here.phone));
}

/// P1: a demo manager has a subtree worth looking at, and it is not the whole company.
#[test]
fn every_demo_manager_leads_eight_people_or_more_over_two_levels() {
    for company in COMPANIES {
        for headcount in [60, company.headcount] {
            let rows = rows_of(company, headcount);
            let (levels, people) = below(&rows, employee_of(&rows, Role::Manager).id);
            assert!(
                levels >= 2 && people >= 8 && people < rows.employees.len() / 2,
                "{}: {levels}, {people}",
                company.slug
            );
        }
    }
}

/// P1: only the demo accounts can sign in.
#[test]
fn there_is_one_account_for_each_role_and_all_are_demo_accounts() {
    for company in all() {
        assert_eq!(
            company
                .accounts
                .iter()
                .map(|account| account.role.as_str())
                .collect::<BTreeSet<_>>()
                .len(),
            4
        );
        assert!(company.accounts.len() == 4 && company.accounts.iter().all(|account| account.demo));
    }
}

#[test]
fn numbers_addresses_and_ids_are_unique_and_every_manager_exists() {
    for rows in [rows_of(COMPANIES[0], 122), rows_of(COMPANIES[2], 10_000)] {
        let unique = |key: fn(&NewEmployee) -> String| {
            rows.employees.iter().map(key).collect::<BTreeSet<_>>().len()
        };
        let people = rows.employees.len();
        assert_eq!(
            [unique(|row| row.number.to_string()), unique(|row| row.email.to_string())],
            [people; 2]
        );
        let by_id: HashMap<EmployeeId, &NewEmployee> =
            rows.employees.iter().map(|row| (row.id, row)).collect();
        assert_eq!(by_id.len(), people);
        assert!(
            rows.employees
                .iter()
                .filter_map(|row| row.manager)
                .all(|manager| by_id.contains_key(&manager))
        );
        let departments: BTreeSet<_> =
            rows.departments.iter().map(|department| department.id).collect();
        assert!(rows.employees.iter().all(|row| departments.contains(&row.department)));
    }
}

/// P1: no address of a default seed contains a digit, and accents occur in names but not in addresses.
#[test]
fn addresses_are_plain_and_names_are_not() {
    for company in all() {
        assert!(company.employees.iter().all(|row| row.email.as_str().is_ascii()));
        assert!(
            company
                .employees
                .iter()
                .all(|row| !row.email.as_str().contains(|c: char| c.is_ascii_digit()))
        );
        assert!(company.employees.iter().filter(|row| !row.last_name.is_ascii()).count() >= 5);
        assert!(company.employees.iter().all(|row| row.email.as_str().ends_with(".example")));
    }
}
