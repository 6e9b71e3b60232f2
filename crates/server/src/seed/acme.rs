//! Acme Corp: tools and their delivery, Rotterdam.

use domain::{
    Currency,
    EmploymentStatus::{OnLeave, Starting},
    Role,
};

use super::{
    company::{
        Company, Department, Member, Place,
        Seat::{Chief, Desk, Head, Lead},
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
    places: &[
        Place { name: "Rotterdam", share: 32, pay: 100, names: &["nl"], phone: "+31 10 555 ####" },
        Place { name: "Berlin", share: 19, pay: 100, names: &["de"], phone: "+49 30 23125 ###" },
        Place { name: "Milan", share: 11, pay: 92, names: &["it"], phone: "+39 02 5550 ####" },
        Place {
            name: "Lyon",
            share: 10,
            pay: 95,
            names: &["fr", "ma"],
            phone: "+33 4 65 71 ## ##",
        },
        Place { name: "Stockholm", share: 8, pay: 105, names: &["se"], phone: "+46 8 465 004 ##" },
        Place { name: "Sofia", share: 7, pay: 72, names: &["bg", "bg2"], phone: "+359 2 555 ####" },
        Place { name: "Istanbul", share: 6, pay: 70, names: &["tr"], phone: "+90 212 555 ####" },
        Place { name: "Osaka", share: 4, pay: 98, names: &["jp"], phone: "+81 6 5550 ####" },
        Place { name: "Accra", share: 3, pay: 68, names: &["gh"], phone: "+233 30 255 ####" },
    ],
    cast: &[
        Member {
            position: Some("Managing Director"),
            ..Member::new("Margriet", "van der Linden", "Operations", Chief, "Rotterdam")
        },
        Member {
            role: Some(Role::HrAdmin),
            number: Some(1042),
            ..Member::new("Amara", "Okafor", "People", Head, "Rotterdam")
        },
        Member {
            role: Some(Role::Manager),
            ..Member::new("Rafael", "Nogueira", "Engineering", Head, "Berlin")
        },
        Member {
            role: Some(Role::Employee),
            position: Some("Backend Engineer"),
            ..Member::new("Benedikt", "Lang", "Engineering", Desk, "Berlin")
        },
        Member {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..Member::new("Ingrid", "Solheim", "Finance", Desk, "Rotterdam")
        },
        Member {
            status: OnLeave,
            position: Some("Account Executive"),
            ..Member::new("Chiara", "Moretti", "Sales", Desk, "Milan")
        },
        Member {
            position: Some("Site Reliability Engineer"),
            ..Member::new("Daniel", "Osei", "Engineering", Desk, "Accra")
        },
        Member {
            position: Some("Finance Lead"),
            ..Member::new("Elif", "Yıldız", "Finance", Lead, "Istanbul")
        },
        Member {
            status: Starting,
            position: Some("Support Specialist"),
            ..Member::new("Farid", "Haddad", "Support", Desk, "Lyon")
        },
        Member::new("Grace", "Lindqvist", "Product", Lead, "Stockholm"),
        Member {
            position: Some("Data Analyst"),
            ..Member::new("Hana", "Sato", "Product", Desk, "Osaka")
        },
        Member {
            status: OnLeave,
            position: Some("Warehouse Planner"),
            ..Member::new("Ivo", "Petrov", "Operations", Desk, "Sofia")
        },
        Member {
            position: Some("Recruiter"),
            ..Member::new("Maria", "Silva", "People", Desk, "Rotterdam")
        },
        Member {
            position: Some("Accountant"),
            ..Member::new("Anna", "Müller", "Finance", Desk, "Berlin")
        },
    ],
};
