//! BetaCo: card payments for shops, London.

use domain::{Currency, EmploymentStatus::OnLeave, Role};

use super::{
    company::{
        Company, Department, FixedPerson,
        Level::{Chief, Head, Lead, TeamMember},
        Location,
    },
    job_titles::{CARE, ENGINEERING, FINANCE, MARKETING, PEOPLE, RISK, SALES},
};

/// 118 people in seven departments. Some have the same names and numbers as people at Acme.
pub(super) const BETACO: Company = Company {
    slug: "betaco",
    name: "BetaCo",
    headcount: 118,
    years: 9,
    currency: Currency::Gbp,
    departments: &[
        Department { name: "Engineering", share: 26, job_titles: &ENGINEERING },
        Department { name: "Customer Care", share: 23, job_titles: &CARE },
        Department { name: "Risk and Compliance", share: 14, job_titles: &RISK },
        Department { name: "Sales", share: 14, job_titles: &SALES },
        Department { name: "Finance", share: 9, job_titles: &FINANCE },
        Department { name: "Marketing", share: 8, job_titles: &MARKETING },
        Department { name: "People", share: 6, job_titles: &PEOPLE },
    ],
    locations: &[
        Location {
            name: "London",
            share: 44,
            pay: 110,
            names: &["uk", "in", "ng"],
            phone: "+44 20 7946 0###",
        },
        Location {
            name: "Manchester",
            share: 20,
            pay: 92,
            names: &["uk", "in"],
            phone: "+44 161 496 0###",
        },
        Location { name: "Dublin", share: 13, pay: 100, names: &["ie"], phone: "+353 20 915 ####" },
        Location { name: "Lisbon", share: 12, pay: 76, names: &["pt"], phone: "+351 21 555 ####" },
        Location { name: "Warsaw", share: 11, pay: 74, names: &["pl"], phone: "+48 22 555 ####" },
    ],
    fixed_people: &[
        FixedPerson {
            position: Some("Chief Executive Officer"),
            ..FixedPerson::new("Harriet", "Ashworth", "Finance", Chief, "London")
        },
        FixedPerson {
            role: Some(Role::HrAdmin),
            ..FixedPerson::new("Priya", "Raman", "People", Head, "London")
        },
        FixedPerson {
            role: Some(Role::Manager),
            ..FixedPerson::new("Callum", "Fraser", "Customer Care", Head, "Manchester")
        },
        LEILA_AT_BETACO,
        FixedPerson {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..FixedPerson::new("Oliver", "Hughes", "Risk and Compliance", TeamMember, "London")
        },
        // The same names as people at the other two companies, but different people and rows.
        FixedPerson {
            position: Some("Fraud Analyst"),
            ..FixedPerson::new("Daniel", "Osei", "Risk and Compliance", TeamMember, "London")
        },
        FixedPerson {
            position: Some("Data Engineer"),
            ..FixedPerson::new("Hana", "Sato", "Engineering", TeamMember, "London")
        },
        FixedPerson::new("Elif", "Yıldız", "Engineering", Lead, "London"),
        FixedPerson {
            status: OnLeave,
            position: Some("Customer Care Adviser"),
            ..FixedPerson::new("Maria", "Silva", "Customer Care", TeamMember, "Lisbon")
        },
        FixedPerson {
            position: Some("Account Manager"),
            ..FixedPerson::new("Marcus", "Johnson", "Sales", TeamMember, "Dublin")
        },
    ],
};

/// The person who works at BetaCo and at GammaCorp: half her week here. There she has another account, with the same telephone number.
const LEILA_AT_BETACO: FixedPerson = FixedPerson {
    role: Some(Role::Employee),
    position: Some("Data Analyst"),
    phone: Some(LEILAS_PHONE),
    hours: 20,
    ..FixedPerson::new("Leïla", "Benali", "Risk and Compliance", TeamMember, "London")
};

/// Leïla's telephone number, the same in both employments.
pub(super) const LEILAS_PHONE: &str = "+44 7700 900142";
