//! The employees of a fresh company. All companies have the same names and numbers; only the canary differs.

use chrono::{Days, NaiveDate};
use domain::{Currency, DepartmentId, EmployeeId, EmployeeNumber, EmploymentStatus, Money};
use store::{NewDepartment, NewEmployee};
use uuid::Uuid;

use crate::Canary;

const FIRST_NAMES: [&str; 12] = [
    "Amara",
    "Jonas",
    "Mei",
    "Luis",
    "Priya",
    "Tomasz",
    "Grace",
    "Noah",
    "Ines",
    "Łukasz",
    "Zoë",
    "Anne-Marie",
];
const LAST_NAMES: [&str; 10] = [
    "Okafor",
    "Weber",
    "Tanaka",
    "Ortega",
    "Nair",
    "Zieliński",
    "Mbeki",
    "Berg",
    "O'Neill",
    "de Souza",
];
const DEPARTMENTS: [&str; 4] = ["Engineering", "Operations", "Finance", "People"];
const LOCATIONS: [&str; 3] = ["Berlin", "Lisbon", "Århus"];
const POSITIONS: [&str; 5] = ["Engineer", "Analyst", "Designer", "Lead", "Counsel"];

/// The number of every company's HR admin, as in the incident's ticket.
const HR_ADMIN: i64 = 1042;
/// The first employee's number. The others follow.
const FIRST: i64 = 1001;

/// The departments and employees of a company. All report, directly or not, to the first; the second leads a subtree of two levels.
#[derive(Clone)]
pub struct Roster {
    /// The company's canary, which every text contains.
    pub canary: Canary,
    /// The company's departments.
    pub departments: Vec<NewDepartment>,
    /// The employees, sorted by number.
    pub employees: Vec<NewEmployee>,
}

impl Roster {
    /// A roster of fifty employees: enough for several pages, and for the number 1042.
    pub fn usual(canary: &Canary) -> Self {
        Self::of_size(canary, 50)
    }

    /// A roster of this many employees, at least fifty.
    pub fn of_size(canary: &Canary, people: usize) -> Self {
        assert!(people >= 50, "a company needs at least 50 employees, so that user 1042 exists");
        let department = |name: &&str| NewDepartment {
            id: DepartmentId::from_uuid(Uuid::new_v4()),
            name: format!("{name} {canary}"),
        };
        let departments: Vec<NewDepartment> = DEPARTMENTS.iter().map(department).collect();
        let ids: Vec<EmployeeId> =
            (0..people).map(|_| EmployeeId::from_uuid(Uuid::new_v4())).collect();
        let employees =
            (0..people).map(|index| person(canary, index, &ids, &departments)).collect();
        Self { canary: canary.clone(), departments, employees }
    }

    /// The same ids, names and numbers with another canary in every text.
    #[must_use]
    pub fn with_canary(&self, canary: &Canary) -> Self {
        let mut other = self.clone();
        let change =
            |text: &mut String| *text = text.replace(self.canary.as_str(), canary.as_str());
        other.departments.iter_mut().for_each(|department| change(&mut department.name));
        for employee in &mut other.employees {
            for text in [
                &mut employee.first_name,
                &mut employee.last_name,
                &mut employee.phone,
                &mut employee.position,
                &mut employee.location,
            ] {
                change(text);
            }
            employee.email = employee
                .email
                .as_str()
                .replace(self.canary.as_str(), canary.as_str())
                .parse()
                .expect("an address");
        }
        other.canary = canary.clone();
        other
    }

    /// The employee record of the HR admin, user 1042.
    pub fn hr_admin(&self) -> EmployeeId {
        self.numbered(HR_ADMIN)
    }

    /// The employee record of the manager.
    pub fn manager(&self) -> EmployeeId {
        self.employees[1].id
    }

    /// The employee record of the account with the role employee. It is in the manager's subtree.
    pub fn employee(&self) -> EmployeeId {
        self.employees[4].id
    }

    /// All employees who have not left.
    pub fn staff(&self) -> impl Iterator<Item = &NewEmployee> {
        self.employees.iter().filter(|employee| employee.status != EmploymentStatus::Terminated)
    }

    /// The id of the employee with this number.
    pub fn numbered(&self, number: i64) -> EmployeeId {
        self.employees
            .iter()
            .find(|employee| employee.number.get() == number)
            .expect("a number of the company")
            .id
    }

    /// Whether `employee` is `top`, or reports to `top` directly or indirectly.
    pub fn is_below(&self, employee: &NewEmployee, top: EmployeeId) -> bool {
        let manager = |id: EmployeeId| self.employees.iter().find(|one| one.id == id);
        employee.id == top
            || employee.manager.and_then(manager).is_some_and(|manager| self.is_below(manager, top))
    }
}

fn person(
    canary: &Canary,
    index: usize,
    ids: &[EmployeeId],
    departments: &[NewDepartment],
) -> NewEmployee {
    let first = FIRST_NAMES[index % FIRST_NAMES.len()];
    let last = LAST_NAMES[(index / FIRST_NAMES.len() + index) % LAST_NAMES.len()];
    let number = FIRST + i64::try_from(index).expect("a small index");
    let started_on =
        NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day") + Days::new((index as u64 * 37) % 3650);
    let status = match index {
        7 => EmploymentStatus::Terminated,
        8 => EmploymentStatus::OnLeave,
        9 => EmploymentStatus::Starting,
        _ => EmploymentStatus::Active,
    };
    NewEmployee {
        id: ids[index],
        number: EmployeeNumber::try_from(number).expect("a number"),
        first_name: format!("{first} {canary}"),
        last_name: format!("{last} {canary}"),
        email: format!("p{number}.{canary}@{canary}.example").parse().expect("an address"),
        phone: format!("+49 30 {number} {canary}"),
        position: format!("{} {canary}", POSITIONS[index % POSITIONS.len()]),
        department: departments[index % departments.len()].id,
        location: format!("{} {canary}", LOCATIONS[index % LOCATIONS.len()]),
        status,
        started_on,
        ended_on: (status == EmploymentStatus::Terminated).then(|| started_on + Days::new(400)),
        weekly_hours: 40,
        salary: Money {
            minor_units: 4_000_000 + (number * 7_919) % 90_000 * 100,
            currency: Currency::Eur,
        },
        // 0 leads all; 1 leads 2 and 3; 2 leads 4, 5 and 6; the others report to 0.
        manager: match index {
            0 => None,
            2 | 3 => Some(ids[1]),
            4..=6 => Some(ids[2]),
            _ => Some(ids[0]),
        },
    }
}
