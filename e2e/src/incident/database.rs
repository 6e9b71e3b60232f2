//! A replacement for the incident's SQL database: two tables in memory that answer the lesson's queries.

use serde::{Deserialize, Serialize};

/// A row of `employees`, as returned by `SELECT *`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// The employee's number at the company. Two companies may use the same number.
    pub number: u32,
    /// The tenant that the employee belongs to.
    pub tenant_id: String,
    /// First and last name.
    pub name: String,
    /// The work e-mail address. Its domain is how the customer noticed the leak.
    pub email: String,
    /// The title of the position.
    pub position: String,
}

/// The HR admin of one company, as the incident's ticket names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The column `users.id`.
    pub user_id: &'static str,
    /// The column `users.tenant_id`, spelled as in the lesson's corrected keys.
    pub tenant_id: &'static str,
    /// The company's name.
    pub company: &'static str,
    /// The end of every e-mail address at the company.
    pub domain: &'static str,
}

/// The HR admin who reported the incident: "user 1042, Acme Corp tenant".
pub const ACME: Admin =
    Admin { user_id: "1042", tenant_id: "acme-corp-id", company: "Acme Corp", domain: "@acme.com" };
/// The HR admin of the company whose rows were leaked.
pub const BETACO: Admin = Admin {
    user_id: "2210",
    tenant_id: "betaco-corp-id",
    company: "BetaCo",
    domain: "@betaco.com",
};
/// The HR admin of the third company.
pub const GAMMACORP: Admin = Admin {
    user_id: "3107",
    tenant_id: "gammacorp-id",
    company: "GammaCorp",
    domain: "@gammacorp.com",
};

/// The HR admins of all companies in the incident.
pub const COMPANIES: [Admin; 3] = [ACME, BETACO, GAMMACORP];

/// Number, name, local part of the e-mail address, position.
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

#[expect(clippy::unused_self, reason = "it replaces a database, whose queries are methods")]
impl Database {
    pub(super) fn open() -> Self {
        Self(())
    }

    /// The lesson's query `SELECT tenant_id FROM users WHERE id = ?`.
    pub(super) fn tenant_of_user(self, user_id: &str) -> Option<&'static str> {
        COMPANIES.iter().find(|admin| admin.user_id == user_id).map(|admin| admin.tenant_id)
    }

    /// The lesson's query `SELECT * FROM employees WHERE tenant_id = ?`.
    ///
    /// The query is correct, which is why no review of the SQL found the leak. Like SQL, it finds no row if the tenant is missing.
    pub(super) fn select_employees_where_tenant_id(self, tenant_id: Option<&str>) -> Vec<Employee> {
        COMPANIES
            .iter()
            .filter(|admin| Some(admin.tenant_id) == tenant_id)
            .flat_map(employees_of)
            .collect()
    }
}

/// The rows that the company's own list should show.
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
