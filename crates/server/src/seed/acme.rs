//! Acme Corp: tools and their delivery, Rotterdam.

use domain::{
    Currency,
    EmploymentStatus::{OnLeave, Starting},
    Role,
};

use super::{
    company::{
        Company, Department, FixedPerson,
        Level::{Chief, Head, Lead, TeamMember},
        Location,
    },
    job_titles::{ENGINEERING, FINANCE, OPERATIONS, PEOPLE, PRODUCT, SALES, SUPPORT},
};

/// 122 people in seven departments. Its HR admin is user 1042.
pub(super) const ACME: Company = Company {
    slug: "acme",
    name: "Acme Corp",
    headcount: 122,
    years: 14,
    currency: Currency::Eur,
    departments: &[
        Department { name: "Engineering", share: 26, job_titles: &ENGINEERING },
        Department { name: "Operations", share: 20, job_titles: &OPERATIONS },
        Department { name: "Sales", share: 18, job_titles: &SALES },
        Department { name: "Support", share: 13, job_titles: &SUPPORT },
        Department { name: "Product", share: 9, job_titles: &PRODUCT },
        Department { name: "Finance", share: 8, job_titles: &FINANCE },
        Department { name: "People", share: 6, job_titles: &PEOPLE },
    ],
    locations: &[
        Location {
            name: "Rotterdam",
            share: 32,
            pay: 100,
            names: &["nl"],
            phone: "+31 10 555 ####",
        },
        Location { name: "Berlin", share: 19, pay: 100, names: &["de"], phone: "+49 30 23125 ###" },
        Location { name: "Milan", share: 11, pay: 92, names: &["it"], phone: "+39 02 5550 ####" },
        Location {
            name: "Lyon",
            share: 10,
            pay: 95,
            names: &["fr", "ma"],
            phone: "+33 4 65 71 ## ##",
        },
        Location {
            name: "Stockholm",
            share: 8,
            pay: 105,
            names: &["se"],
            phone: "+46 8 465 004 ##",
        },
        Location {
            name: "Sofia",
            share: 7,
            pay: 72,
            names: &["bg", "bg2"],
            phone: "+359 2 555 ####",
        },
        Location { name: "Istanbul", share: 6, pay: 70, names: &["tr"], phone: "+90 212 555 ####" },
        Location { name: "Osaka", share: 4, pay: 98, names: &["jp"], phone: "+81 6 5550 ####" },
        Location { name: "Accra", share: 3, pay: 68, names: &["gh"], phone: "+233 30 255 ####" },
    ],
    fixed_people: &[
        FixedPerson {
            position: Some("Managing Director"),
            ..FixedPerson::new("Margriet", "van der Linden", "Operations", Chief, "Rotterdam")
        },
        FixedPerson {
            role: Some(Role::HrAdmin),
            number: Some(1042),
            ..FixedPerson::new("Amara", "Okafor", "People", Head, "Rotterdam")
        },
        FixedPerson {
            role: Some(Role::Manager),
            ..FixedPerson::new("Rafael", "Nogueira", "Engineering", Head, "Berlin")
        },
        FixedPerson {
            role: Some(Role::Employee),
            position: Some("Backend Engineer"),
            ..FixedPerson::new("Benedikt", "Lang", "Engineering", TeamMember, "Berlin")
        },
        FixedPerson {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..FixedPerson::new("Ingrid", "Solheim", "Finance", TeamMember, "Rotterdam")
        },
        FixedPerson {
            status: OnLeave,
            position: Some("Account Executive"),
            ..FixedPerson::new("Chiara", "Moretti", "Sales", TeamMember, "Milan")
        },
        FixedPerson {
            position: Some("Site Reliability Engineer"),
            ..FixedPerson::new("Daniel", "Osei", "Engineering", TeamMember, "Accra")
        },
        FixedPerson {
            position: Some("Finance Lead"),
            ..FixedPerson::new("Elif", "Yıldız", "Finance", Lead, "Istanbul")
        },
        FixedPerson {
            status: Starting,
            position: Some("Support Specialist"),
            ..FixedPerson::new("Farid", "Haddad", "Support", TeamMember, "Lyon")
        },
        FixedPerson::new("Grace", "Lindqvist", "Product", Lead, "Stockholm"),
        FixedPerson {
            position: Some("Data Analyst"),
            ..FixedPerson::new("Hana", "Sato", "Product", TeamMember, "Osaka")
        },
        FixedPerson {
            status: OnLeave,
            position: Some("Warehouse Planner"),
            ..FixedPerson::new("Ivo", "Petrov", "Operations", TeamMember, "Sofia")
        },
        FixedPerson {
            position: Some("Recruiter"),
            ..FixedPerson::new("Maria", "Silva", "People", TeamMember, "Rotterdam")
        },
        FixedPerson {
            position: Some("Accountant"),
            ..FixedPerson::new("Anna", "Müller", "Finance", TeamMember, "Berlin")
        },
    ],
};
