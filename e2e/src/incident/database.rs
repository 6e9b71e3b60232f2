//! What stands in for the incident's SQL database: two tables in memory, asked exactly what the seed asks.

use serde::{Deserialize, Serialize};

/// A row of `employees`, as `SELECT *` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// The number at the company: two companies may both have it.
    pub number: u32,
    /// Whose employee it is.
    pub tenant_id: String,
    /// First and last name.
    pub name: String,
    /// Work e-mail; its domain is how the customer noticed.
    pub email: String,
    /// Position title.
    pub position: String,
}

/// The HR admin of one company, as the ticket names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admin {
    /// `users.id`.
    pub user_id: &'static str,
    /// `users.tenant_id`, spelled as in the seed's corrected keys.
    pub tenant_id: &'static str,
    /// The company as people say it.
    pub company: &'static str,
    /// What every address of the company ends with.
    pub domain: &'static str,
}

/// The customer who wrote the ticket: "user 1042, Acme Corp tenant".
pub const ACME: Admin =
    Admin { user_id: "1042", tenant_id: "acme-corp-id", company: "Acme Corp", domain: "@acme.com" };
/// The company whose rows were seen.
pub const BETACO: Admin = Admin {
    user_id: "2210",
    tenant_id: "betaco-corp-id",
    company: "BetaCo",
    domain: "@betaco.com",
};
/// The third customer.
pub const GAMMACORP: Admin = Admin {
    user_id: "3107",
    tenant_id: "gammacorp-id",
    company: "GammaCorp",
    domain: "@gammacorp.com",
};

/// Every company of the incident.
pub const COMPANIES: [Admin; 3] = [ACME, BETACO, GAMMACORP];

/// Number, name, what stands before the `@`, position.
type Person = (u32, &'static str, &'static str, &'static str);

const PEOPLE: [(&Admin, [Person; 5]); 3] = [
    (
        &ACME,
        [
            (1007, "Amara Okafor", "amara.okafor", "Head of people"),
            (1012, "Jonas Weber", "jonas.weber", "Data engineer"),
            (1019, "Mei Tanaka", "mei.tanaka", "Product designer"),
            (1024, "Luis Ortega", "luis.ortega", "Account manager"),
            (1031, "Priya Nair", "priya.nair", "Site lead"),
        ],
    ),
    (
        &BETACO,
        [
            (1007, "Amara Lindqvist", "amara.lindqvist", "Payroll lead"),
            (1012, "Jonas Weber", "jonas.weber", "Backend engineer"),
            (1015, "Tomasz Zielinski", "tomasz.zielinski", "Controller"),
            (1024, "Ines Duarte", "ines.duarte", "Support lead"),
            (1040, "Grace Mbeki", "grace.mbeki", "Counsel"),
        ],
    ),
    (
        &GAMMACORP,
        [
            (1007, "Sofia Rossi", "sofia.rossi", "Chemist"),
            (1012, "Noah Berg", "noah.berg", "Plant manager"),
            (1021, "Aisha Rahman", "aisha.rahman", "Buyer"),
            (1024, "Luis Ortega", "luis.ortega", "Fleet manager"),
            (1033, "Hana Novak", "hana.novak", "Planner"),
        ],
    ),
];

/// The tables `users` and `employees`.
#[derive(Clone, Copy)]
pub(super) struct Database(());

#[expect(clippy::unused_self, reason = "a database is asked, and this one stands in for it")]
impl Database {
    pub(super) fn open() -> Self {
        Self(())
    }

    /// `SELECT tenant_id FROM users WHERE id = ?`
    pub(super) fn tenant_of_user(self, user_id: &str) -> Option<&'static str> {
        COMPANIES.iter().find(|admin| admin.user_id == user_id).map(|admin| admin.tenant_id)
    }

    /// `SELECT * FROM employees WHERE tenant_id = ?`
    ///
    /// The query is right, which is why no review of the SQL found the leak. Like SQL, it finds no row for a tenant that is not given.
    pub(super) fn select_employees_where_tenant_id(self, tenant_id: Option<&str>) -> Vec<Employee> {
        COMPANIES
            .iter()
            .filter(|admin| Some(admin.tenant_id) == tenant_id)
            .flat_map(employees_of)
            .collect()
    }
}

/// The rows that a company's own list should show.
pub fn employees_of(admin: &Admin) -> Vec<Employee> {
    PEOPLE
        .iter()
        .filter(|(of, _)| *of == admin)
        .flat_map(|(of, people)| people.map(|person| row(of, person)))
        .collect()
}

fn row(admin: &Admin, (number, name, mailbox, position): Person) -> Employee {
    Employee {
        number,
        tenant_id: admin.tenant_id.to_owned(),
        name: name.to_owned(),
        email: format!("{mailbox}{}", admin.domain),
        position: position.to_owned(),
    }
}
