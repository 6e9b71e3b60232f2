//! GammaCorp: instruments for laboratories, Boston.

use domain::{Currency, Role};

use super::{
    betaco::LEILAS_PHONE,
    company::{
        Company, Department, Member, Place,
        Seat::{Chief, Desk, Head, Lead},
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
    places: &[
        Place {
            name: "Boston",
            share: 40,
            pay: 112,
            names: &["us", "in"],
            phone: "+1 617 555 01##",
        },
        Place {
            name: "Chicago",
            share: 21,
            pay: 102,
            names: &["us", "mx"],
            phone: "+1 312 555 01##",
        },
        Place {
            name: "Austin",
            share: 13,
            pay: 100,
            names: &["us", "mx"],
            phone: "+1 512 555 01##",
        },
        Place {
            name: "Toronto",
            share: 10,
            pay: 94,
            names: &["us", "cn"],
            phone: "+1 416 555 01##",
        },
        Place { name: "Zürich", share: 9, pay: 125, names: &["ch"], phone: "+41 44 555 ## ##" },
        Place {
            name: "Singapore",
            share: 7,
            pay: 96,
            names: &["cn", "in"],
            phone: "+65 6555 ####",
        },
    ],
    cast: &[
        Member {
            position: Some("Chief Executive Officer"),
            ..Member::new("Vivian", "Henderson", "Research", Chief, "Boston")
        },
        Member {
            role: Some(Role::HrAdmin),
            ..Member::new("Rosa", "Delgado", "People", Head, "Boston")
        },
        Member {
            role: Some(Role::Manager),
            ..Member::new("Yuki", "Tanaka", "Research", Head, "Boston")
        },
        LEILA_AT_GAMMACORP,
        Member {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..Member::new("Marcus", "Whitfield", "Finance", Desk, "Chicago")
        },
        // The same names as people at the other two companies, but different people and rows.
        Member {
            position: Some("Process Engineer"),
            ..Member::new("Daniel", "Osei", "Manufacturing", Desk, "Chicago")
        },
        Member {
            position: Some("Buyer"),
            ..Member::new("Anna", "Müller", "Supply Chain", Desk, "Zürich")
        },
        Member::new("Grace", "Lindqvist", "Quality", Lead, "Boston"),
        Member {
            position: Some("Account Executive"),
            ..Member::new("Marcus", "Johnson", "Sales", Desk, "Austin")
        },
        Member {
            position: Some("Machinist"),
            ..Member::new("Maria", "Silva", "Manufacturing", Desk, "Austin")
        },
    ],
};

/// The person who works at BetaCo and at GammaCorp: the other half of her week, remotely.
const LEILA_AT_GAMMACORP: Member = Member {
    role: Some(Role::Employee),
    position: Some("Biostatistician"),
    phone: Some(LEILAS_PHONE),
    hours: 20,
    ..Member::new("Leïla", "Benali", "Research", Desk, "Boston")
};
