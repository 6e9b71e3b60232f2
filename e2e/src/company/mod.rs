//! A fresh company for one test: employees, departments, four accounts, and a canary in every text.

mod accounts;
mod application;
mod pool;
mod roster;

use std::collections::BTreeSet;

use domain::{EmployeeId, Role, TenantId, TenantSlug, TenantStatus};
use store::{NewEmployee, NewTenantRows};
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

pub use accounts::{PASSWORD, password_hash};
pub use application::Application;
pub use roster::Roster;

use crate::{Actor, Canary, Server, Stack, runtime::on_harness};

/// A company that only one test uses.
pub struct Company {
    /// The company's tenant id.
    pub tenant: TenantId,
    /// The first part of its host.
    pub slug: TenantSlug,
    /// The canary in all of its texts.
    pub canary: Canary,
    /// Its employees and departments.
    pub roster: Roster,
    stack: &'static Stack,
}

impl Company {
    /// A company with fifty employees.
    pub async fn fresh(stack: &'static Stack) -> Self {
        Self::create(stack, "acme", Roster::usual(&Canary::fresh())).await
    }

    /// A company with this many employees.
    pub async fn of_size(stack: &'static Stack, people: usize) -> Self {
        Self::create(stack, "acme", Roster::of_size(&Canary::fresh(), people)).await
    }

    /// Two companies with the same names and numbers, and different ids.
    pub async fn pair(stack: &'static Stack) -> [Self; 2] {
        tokio::join!(Self::usual(stack, "acme"), Self::usual(stack, "betaco")).into()
    }

    /// Three companies with the same names and numbers, and different ids.
    pub async fn trio(stack: &'static Stack) -> [Self; 3] {
        tokio::join!(
            Self::usual(stack, "acme"),
            Self::usual(stack, "betaco"),
            Self::usual(stack, "gammacorp")
        )
        .into()
    }

    /// Two companies in which even the ids of employees and departments are the same. Only the tenant differs.
    pub async fn twins(stack: &'static Stack) -> [Self; 2] {
        Self::twins_of_size(stack, 50).await
    }

    /// The same with this many employees each.
    pub async fn twins_of_size(stack: &'static Stack, people: usize) -> [Self; 2] {
        let one = Roster::of_size(&Canary::fresh(), people);
        let other = one.with_canary(&Canary::fresh());
        tokio::join!(Self::create(stack, "acme", one), Self::create(stack, "betaco", other)).into()
    }

    async fn usual(stack: &'static Stack, slug: &str) -> Self {
        Self::create(stack, slug, Roster::usual(&Canary::fresh())).await
    }

    async fn create(stack: &'static Stack, slug: &str, roster: Roster) -> Self {
        let canary = roster.canary.clone();
        let slug = format!("{slug}-{}", &Uuid::new_v4().simple().to_string()[..10]);
        let slug: TenantSlug = slug.parse().expect("a slug");
        let rows = NewTenantRows {
            departments: roster.departments.clone(),
            employees: roster.employees.clone(),
            accounts: accounts::of(&roster).await,
        };
        // Commands print the pool's id and logs may contain it. The id is derived from the start of the name, so the canary is at the end.
        let name = format!("Company of very many people {canary}");
        let (store, new) = (stack.store.clone(), slug.clone());
        // Boxed, because otherwise every test that creates companies would have a very large future.
        let fill = Box::pin(async move {
            let tenant = store.create_tenant(&new, &name).await.expect("a new company");
            store.add_tenant_rows(&acting_for(tenant), &rows).await.expect("its rows");
            tenant
        });
        let tenant = on_harness(fill).await;
        Self { tenant, slug, canary, roster, stack }
    }

    /// A client that is signed in as the HR admin, user 1042.
    pub async fn hr_admin(&self) -> Actor {
        self.actor(Role::HrAdmin).await
    }

    /// A client that is signed in as a manager with employees below.
    pub async fn manager(&self) -> Actor {
        self.actor(Role::Manager).await
    }

    /// A client that is signed in as an employee without further rights.
    pub async fn employee(&self) -> Actor {
        self.actor(Role::Employee).await
    }

    /// A client that is signed in as an auditor.
    pub async fn auditor(&self) -> Actor {
        self.actor(Role::Auditor).await
    }

    /// A client that is signed in with this role on the shared node.
    pub async fn actor(&self, role: Role) -> Actor {
        self.actor_on(&self.stack.server, role).await
    }

    /// A client that is signed in with this role on this node.
    pub async fn actor_on(&self, server: &Server, role: Role) -> Actor {
        self.visitor_on(server).signed_in(&self.email_of(role)).await
    }

    /// A client at the company's host without a session, on the shared node.
    pub fn visitor(&self) -> Actor {
        self.visitor_on(&self.stack.server)
    }

    /// A client at the company's host without a session, on this node.
    pub fn visitor_on(&self, server: &Server) -> Actor {
        Actor::at(server, self.slug.as_str()).of(&self.canary)
    }

    /// The e-mail address with which the account of this role signs in.
    pub fn email_of(&self, role: Role) -> String {
        format!("{}.{}@{}.example", role.as_str(), self.canary, self.canary)
    }

    /// Sets the tenant's status, for example to suspend it.
    pub async fn db_set_status(&self, status: TenantStatus) {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        on_harness(async move { store.set_tenant_status(tenant, status).await })
            .await
            .expect("PostgreSQL answers");
    }

    /// The numbers of all employees whom a role can see and who have not left.
    pub fn numbers_seen_by(&self, role: Role) -> BTreeSet<i64> {
        let sees = |employee: &&NewEmployee| match role {
            Role::HrAdmin | Role::Auditor => true,
            Role::Manager => self.roster.is_below(employee, self.roster.manager()),
            Role::Employee => employee.id == self.roster.employee(),
        };
        self.roster.staff().filter(sees).map(|employee| employee.number.get()).collect()
    }

    /// The id of an employee whom only HR admin and auditor can see.
    pub fn outside_of_the_subtree(&self) -> EmployeeId {
        let manager = self.roster.manager();
        self.roster
            .staff()
            .find(|employee| !self.roster.is_below(employee, manager))
            .expect("an employee outside the subtree")
            .id
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the harness creates companies, as the demo seed does"
)]
fn acting_for(tenant: TenantId) -> TenantContext {
    TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("e2e"), tenant)
}
