//! BetaCo: card payments for shops, London.

use domain::{Currency, EmploymentStatus::OnLeave, Role};

use super::{
    company::{
        Company, Department, Member, Place,
        Seat::{Chief, Desk, Head, Lead},
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
    places: &[
        Place {
            name: "London",
            share: 44,
            pay: 110,
            names: &["uk", "in", "ng"],
            phone: "+44 20 7946 0###",
        },
        Place {
            name: "Manchester",
            share: 20,
            pay: 92,
            names: &["uk", "in"],
            phone: "+44 161 496 0###",
        },
        Place { name: "Dublin", share: 13, pay: 100, names: &["ie"], phone: "+353 20 915 ####" },
        Place { name: "Lisbon", share: 12, pay: 76, names: &["pt"], phone: "+351 21 555 ####" },
        Place { name: "Warsaw", share: 11, pay: 74, names: &["pl"], phone: "+48 22 555 ####" },
    ],
    cast: &[
        Member {
            position: Some("Chief Executive Officer"),
            ..Member::new("Harriet", "Ashworth", "Finance", Chief, "London")
        },
        Member {
            role: Some(Role::HrAdmin),
            ..Member::new("Priya", "Raman", "People", Head, "London")
        },
        Member {
            role: Some(Role::Manager),
            ..Member::new("Callum", "Fraser", "Customer Care", Head, "Manchester")
        },
        LEILA_AT_BETACO,
        Member {
            role: Some(Role::Auditor),
            position: Some("Internal Auditor"),
            ..Member::new("Oliver", "Hughes", "Risk and Compliance", Desk, "London")
        },
        // The same names as people at the other two companies, but different people and rows.
        Member {
            position: Some("Fraud Analyst"),
            ..Member::new("Daniel", "Osei", "Risk and Compliance", Desk, "London")
        },
        Member {
            position: Some("Data Engineer"),
            ..Member::new("Hana", "Sato", "Engineering", Desk, "London")
        },
        Member::new("Elif", "Yıldız", "Engineering", Lead, "London"),
        Member {
            status: OnLeave,
            position: Some("Customer Care Adviser"),
            ..Member::new("Maria", "Silva", "Customer Care", Desk, "Lisbon")
        },
        Member {
            position: Some("Account Manager"),
            ..Member::new("Marcus", "Johnson", "Sales", Desk, "Dublin")
        },
    ],
};

/// The person who works at BetaCo and at GammaCorp: half her week here. There she has another account, with the same telephone number.
const LEILA_AT_BETACO: Member = Member {
    role: Some(Role::Employee),
    position: Some("Data Analyst"),
    phone: Some(LEILAS_PHONE),
    hours: 20,
    ..Member::new("Leïla", "Benali", "Risk and Compliance", Desk, "London")
};

/// Leïla's telephone number, the same in both employments.
pub(super) const LEILAS_PHONE: &str = "+44 7700 900142";
