//! A fresh company for a test, and contexts that act for its accounts.

use chrono::{Days, NaiveDate, Utc};
use domain::{
    AccountId, Currency, DepartmentId, Email, EmployeeId, EmployeeNumber, EmployeeQuery,
    EmployeeSort, EmploymentStatus, Money, PrintableText, Role, SessionPolicy, TenantId,
    TenantSlug,
};
use seal::{RootKey, Seals};
use session::{Device, MemoryBackend, Sessions, SignedIn};
use store::{NewAccount, NewDepartment, NewEmployee, NewTenantRows, Store};
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

const FIRST_NAMES: [&str; 9] =
    ["Anna", "Łukasz", "Jürgen", "İpek", "Zoë", "Anne-Marie", "Ola", "Chloé", "Ben"];
const LAST_NAMES: [&str; 8] =
    ["Groß", "Wójcik", "Çağlayan", "Li", "Li Wei", "O'Neill", "Okafor", "Berg"];
const DEPARTMENTS: [&str; 5] = ["Engineering", "Übersetzung", "People", "Sales", "Finance"];
const LOCATIONS: [&str; 4] = ["Berlin", "Łódź", "İzmir", "Cork"];
const POSITIONS: [&str; 6] = ["Engineer", "Architect", "Recruiter", "Analyst", "Écrivain", "Lead"];

/// A company that no other test uses. All of its texts end with a canary that no other company has.
#[derive(Clone)]
pub(crate) struct Company {
    pub(crate) tenant: TenantId,
    pub(crate) slug: TenantSlug,
    /// The canary: wherever this word appears, a row of this company appears.
    pub(crate) canary: String,
    pub(crate) rows: NewTenantRows,
}

impl Company {
    /// A company with this many employees. Numbers and most names are the same in every company.
    pub(crate) async fn fresh(store: &Store, employees: usize) -> Self {
        Self::shaped(store, employees, Uuid::new_v4(), 0).await
    }

    async fn shaped(store: &Store, employees: usize, first: Uuid, shape: usize) -> Self {
        let canary = format!("c{}", Uuid::new_v4().simple());
        let slug: TenantSlug = canary.parse().expect("it is a label");
        let tenant = store
            .create_tenant(&slug, &format!("Company {canary}"))
            .await
            .expect("the slug is new");
        let company = Self { tenant, slug, rows: rows(&canary, employees, first, shape), canary };
        store.add_tenant_rows(&company.maintenance(), &company.rows).await.expect("the rows fit");
        company
    }

    /// Two companies with the same numbers, names and manager chain.
    pub(crate) async fn pair(store: &Store, employees: usize) -> [Self; 2] {
        [Self::fresh(store, employees).await, Self::fresh(store, employees).await]
    }

    /// Two companies whose rows have the same ids but are different people with a different manager chain. A query that finds a row by its id alone finds the
    /// other company's too.
    pub(crate) async fn twins(store: &Store, employees: usize) -> [Self; 2] {
        let first = Uuid::new_v4();
        [
            Self::shaped(store, employees, first, 0).await,
            Self::shaped(store, employees, first, 1).await,
        ]
    }

    /// A context like that of the demo seed.
    #[expect(
        clippy::disallowed_methods,
        reason = "the test acts without a user, like the demo seed"
    )]
    pub(crate) fn maintenance(&self) -> TenantContext {
        TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("test"), self.tenant)
    }

    /// A context of the account with this role, created as in production.
    pub(crate) async fn as_role(&self, role: Role) -> TenantContext {
        let account = self.account(role);
        self.signed_in(account.id, account.employee, role).await
    }

    /// A context of any account, even one that does not exist.
    pub(crate) async fn signed_in(
        &self,
        account: AccountId,
        employee: Option<EmployeeId>,
        role: Role,
    ) -> TenantContext {
        let seals = Seals::new(&RootKey::random().expect("randomness"), None);
        let sessions = Sessions::in_memory(MemoryBackend::default(), seals);
        let who = SignedIn {
            tenant: self.tenant,
            account,
            employee,
            role,
            demo: false,
            policy: SessionPolicy::Standard,
            authenticated_at: None,
            device: Device::default(),
        };
        let session = sessions.start(who, Utc::now()).await.expect("memory answers").session;
        TenantContext::from_session(self.tenant, domain::TenantStatus::Active, &session)
            .expect("they agree")
    }

    /// The demonstration account with this role.
    pub(crate) fn account(&self, role: Role) -> &NewAccount {
        self.rows
            .accounts
            .iter()
            .find(|account| account.role == role)
            .expect("every role has an account")
    }

    /// The ids of an employee and of all employees below.
    pub(crate) fn subtree(&self, root: EmployeeId) -> Vec<EmployeeId> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(above) = found.get(next).copied() {
            found.extend(
                self.rows
                    .employees
                    .iter()
                    .filter(|new| new.manager == Some(above))
                    .map(|new| new.id),
            );
            next += 1;
        }
        found
    }
}

/// A query for all employees, whatever their status, by name.
pub(crate) fn everyone() -> EmployeeQuery {
    EmployeeQuery {
        words: Vec::new(),
        department: None,
        location: None,
        statuses: EmploymentStatus::ALL.into_iter().collect(),
        sort: EmployeeSort::default(),
        limit: 200,
        cursor: None,
    }
}

/// A location as a filter of the directory.
pub(crate) fn location(name: &str) -> PrintableText {
    PrintableText::parse(name, 400).expect("printable text")
}

/// The rows of a company. `first` is the first id; another `shape` gives different people with the same ids.
fn rows(canary: &str, employees: usize, first: Uuid, shape: usize) -> NewTenantRows {
    let mut next = first.as_u128();
    let mut id = || {
        next = next.wrapping_add(1);
        Uuid::from_u128(next)
    };
    let departments: Vec<NewDepartment> = DEPARTMENTS
        .iter()
        .map(|name| NewDepartment {
            id: DepartmentId::from_uuid(id()),
            name: format!("{name} {canary}"),
        })
        .collect();
    let ids: Vec<EmployeeId> = (0..employees).map(|_| EmployeeId::from_uuid(id())).collect();
    let employees: Vec<NewEmployee> = (0..employees)
        .map(|n| {
            let department = departments[(n + shape) % departments.len()].id;
            let manager = (n > 0).then(|| ids[(n - 1) / (5 - 2 * shape)]);
            NewEmployee { manager, ..person(canary, n, shape, ids[n], department) }
        })
        .collect();
    let own = Role::ALL.iter().zip(employees.iter().skip(shape));
    let accounts =
        own.map(|(role, own)| account(canary, AccountId::from_uuid(id()), *role, own)).collect();
    NewTenantRows { departments, employees, accounts }
}

/// The n-th employee. In shape 0 they report to employee (n - 1) / 5, so that three levels hold thirty people.
fn person(
    canary: &str,
    n: usize,
    shape: usize,
    id: EmployeeId,
    department: DepartmentId,
) -> NewEmployee {
    let (other, years) = (n + 4 * shape, NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day"));
    let started_on = years + Days::new((n as u64 * 37) % 3000);
    let status = match (shape, n) {
        // One employee who has left, whose account may not sign in. Their twin is still employed.
        (1, 2) => EmploymentStatus::Terminated,
        _ => EmploymentStatus::ALL[if other % 7 == 6 { n % 4 } else { 0 }],
    };
    NewEmployee {
        id,
        number: EmployeeNumber::try_from(1000 + i64::try_from(n + 500 * shape).expect("small"))
            .expect("four digits"),
        first_name: FIRST_NAMES[other % FIRST_NAMES.len()].to_owned(),
        last_name: format!("{} {canary}", LAST_NAMES[other % LAST_NAMES.len()]),
        email: email(&format!("person{n}"), canary),
        phone: format!("+49 30 {n:06} {canary}"),
        position: format!("{} {canary}", POSITIONS[other % POSITIONS.len()]),
        department,
        location: format!("{} {canary}", LOCATIONS[other % LOCATIONS.len()]),
        status,
        started_on,
        ended_on: (status == EmploymentStatus::Terminated).then(|| started_on + Days::new(400)),
        weekly_hours: if n.is_multiple_of(5) { 20 } else { 40 },
        salary: Money {
            minor_units: 4_000_000 + i64::try_from(n % 11).expect("small") * 100_000,
            currency: Currency::Eur,
        },
        manager: None,
    }
}

/// HR admin, manager, employee and auditor are the first four employees. One address is the same at every company.
fn account(canary: &str, id: AccountId, role: Role, own: &NewEmployee) -> NewAccount {
    let shared = role == Role::HrAdmin;
    NewAccount {
        id,
        name: format!("{} {}", own.first_name, own.last_name),
        email: if shared {
            "both@people.example".parse().expect("an address")
        } else {
            email(role.as_str(), canary)
        },
        role,
        employee: Some(own.id),
        password_hash: format!("$argon2id$v=19$m=19456,t=2,p=1${canary}"),
        demo: true,
    }
}

fn email(name: &str, canary: &str) -> Email {
    format!("{name}@{canary}.example").parse().expect("an address")
}
