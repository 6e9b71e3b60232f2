//! GammaCorp: instruments for laboratories, Boston.

use domain::{Currency, Role};

use super::{
    betaco::LEILAS_PHONE,
    company::{
        Company, Department, FixedPerson,
        Level::{Chief, Head, Lead, TeamMember},
        Location,
    },
    job_titles::{FINANCE, MANUFACTURING, PEOPLE, QUALITY, RESEARCH, SALES, SUPPLY},
};

/// 131 people in seven departments. One of them also works for BetaCo.
pub(super) const GAMMACORP: Company = Company {
    slug: "gammacorp",
    name: "GammaCorp",
    headcount: 131,
    years: 21,
    currency: Currency::Usd,
    departments: &[
        Department { name: "Manufacturing", share: 26, job_titles: &MANUFACTURING },
        Department { name: "Research", share: 25, job_titles: &RESEARCH },
        Department { name: "Sales", share: 15, job_titles: &SALES },
        Department { name: "Quality", share: 12, job_titles: &QUALITY },
        Department { name: "Supply Chain", share: 9, job_titles: &SUPPLY },
        Department { name: "Finance", share: 7, job_titles: &FINANCE },
        Department { name: "People", share: 6, job_titles: &PEOPLE },
    ],
    locations: &[
        Location {
            name: "Boston",
            share: 40,
            pay: 112,
            names: &["us", "in"],
            phone: "+1 617 555 01##",
        },
        Location {
            name: "Chicago",
            share: 21,
            pay: 102,
            names: &["us", "mx"],
            phone: "+1 312 555 01##",
        },
        Location {
            name: "Austin",
            share: 13,
            pay: 100,
            names: &["us", "mx"],
            phone: "+1 512 555 01##",
        },
        Location {
            name: "Toronto",
            share: 10,
            pay: 94,
            names: &["us", "cn"],
            phone: "+1 416 555 01##",
        },
        Location { name: "Zürich", share: 9, pay: 125, names: &["ch"], phone: "+41 44 555 ## ##" },
        Location {
            name: "Singapore",
            share: 7,
            pay: 96,
            names: &["cn", "in"],
            phone: "+65 6555 ####",
        },
    ],
    fixed_people: &[
        FixedPerson {
            position: Some("Chief Executive Officer"),
            ..FixedPerson::new("Vivian", "Henderson", "Research", Chief, "Boston")
        },
        FixedPerson {
            role: Some(Role::HrAdmin),
            ..FixedPerson::new("Rosa", "Delgado", "People", Head, "Boston")
        },
        FixedPerson {
            role: Some(Role::Manager),
            ..FixedPerson::new("Yuki", "Tanaka", "Research", Head, "Boston")
        },
        LEILA_AT_GAMMACORP,
        FixedPerson {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..FixedPerson::new("Marcus", "Whitfield", "Finance", TeamMember, "Chicago")
        },
        // The same names as people at the other two companies, but different people and rows.
        FixedPerson {
            position: Some("Process Engineer"),
            ..FixedPerson::new("Daniel", "Osei", "Manufacturing", TeamMember, "Chicago")
        },
        FixedPerson {
            position: Some("Buyer"),
            ..FixedPerson::new("Anna", "Müller", "Supply Chain", TeamMember, "Zürich")
        },
        FixedPerson::new("Grace", "Lindqvist", "Quality", Lead, "Boston"),
        FixedPerson {
            position: Some("Account Executive"),
            ..FixedPerson::new("Marcus", "Johnson", "Sales", TeamMember, "Austin")
        },
        FixedPerson {
            position: Some("Machinist"),
            ..FixedPerson::new("Maria", "Silva", "Manufacturing", TeamMember, "Austin")
        },
    ],
};

/// The person who works at BetaCo and at GammaCorp: the other half of her week, remotely.
const LEILA_AT_GAMMACORP: FixedPerson = FixedPerson {
    role: Some(Role::Employee),
    position: Some("Biostatistician"),
    phone: Some(LEILAS_PHONE),
    hours: 20,
    ..FixedPerson::new("Leïla", "Benali", "Research", TeamMember, "Boston")
};
