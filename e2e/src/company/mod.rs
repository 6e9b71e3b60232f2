//! A fresh company for one test: people, departments, four accounts, and a canary in every text.

mod accounts;
mod application;
mod pool;
mod roster;

use std::collections::BTreeSet;

use domain::{EmployeeId, Role, TenantId, TenantSlug, TenantStatus};
use store::{NewCompany, NewEmployee};
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

pub use accounts::{PASSWORD, password_hash};
pub use application::Application;
pub use roster::Roster;

use crate::{Actor, Canary, Server, Stack, runtime::on_harness};

/// A company that only one test knows.
pub struct Company {
    /// Its id.
    pub tenant: TenantId,
    /// Its name in the host.
    pub slug: TenantSlug,
    /// The word that stands in all its texts.
    pub canary: Canary,
    /// Everyone in it.
    pub roster: Roster,
    stack: &'static Stack,
}

impl Company {
    /// A company of the usual size.
    pub async fn fresh(stack: &'static Stack) -> Self {
        Self::create(stack, "acme", Roster::usual(&Canary::fresh())).await
    }

    /// A company of so many people.
    pub async fn of_size(stack: &'static Stack, people: usize) -> Self {
        Self::create(stack, "acme", Roster::of_size(&Canary::fresh(), people)).await
    }

    /// Two companies with the same names and numbers.
    pub async fn pair(stack: &'static Stack) -> [Self; 2] {
        tokio::join!(Self::usual(stack, "acme"), Self::usual(stack, "betaco")).into()
    }

    /// Three companies with the same names and numbers.
    pub async fn trio(stack: &'static Stack) -> [Self; 3] {
        tokio::join!(
            Self::usual(stack, "acme"),
            Self::usual(stack, "betaco"),
            Self::usual(stack, "gammacorp")
        )
        .into()
    }

    /// Two companies in which even the ids of people and departments are the same: only the tenant tells them apart.
    pub async fn twins(stack: &'static Stack) -> [Self; 2] {
        Self::twins_of_size(stack, 50).await
    }

    /// The same of so many people each.
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
        let rows = NewCompany {
            departments: roster.departments.clone(),
            employees: roster.employees.clone(),
            accounts: accounts::of(&roster).await,
        };
        // The beginning of a name becomes the pool's id, which commands print and logs may hold: the canary stands behind it.
        let name = format!("Company of very many people {canary}");
        let (store, new) = (stack.store.clone(), slug.clone());
        // Boxed, or every test that makes companies would carry the room for their rows.
        let fill = Box::pin(async move {
            let tenant = store.create_tenant(&new, &name).await.expect("a new company");
            store.add_company(&acting_for(tenant), &rows).await.expect("its rows");
            tenant
        });
        let tenant = on_harness(fill).await;
        Self { tenant, slug, canary, roster, stack }
    }

    /// Its HR admin, user 1042, signed in.
    pub async fn hr_admin(&self) -> Actor {
        self.actor(Role::HrAdmin).await
    }

    /// A manager with people of their own, signed in.
    pub async fn manager(&self) -> Actor {
        self.actor(Role::Manager).await
    }

    /// An employee, signed in.
    pub async fn employee(&self) -> Actor {
        self.actor(Role::Employee).await
    }

    /// An auditor, signed in.
    pub async fn auditor(&self) -> Actor {
        self.actor(Role::Auditor).await
    }

    /// Someone with this role, signed in on the shared node.
    pub async fn actor(&self, role: Role) -> Actor {
        self.actor_on(&self.stack.server, role).await
    }

    /// Someone with this role, signed in on this node.
    pub async fn actor_on(&self, server: &Server, role: Role) -> Actor {
        self.visitor_on(server).signed_in(&self.email_of(role)).await
    }

    /// Someone at the company's host who is not signed in.
    pub fn visitor(&self) -> Actor {
        self.visitor_on(&self.stack.server)
    }

    /// The same on this node.
    pub fn visitor_on(&self, server: &Server) -> Actor {
        Actor::at(server, self.slug.as_str()).of(&self.canary)
    }

    /// The address with which someone of this role signs in.
    pub fn email_of(&self, role: Role) -> String {
        format!("{}.{}@{}.example", role.as_str(), self.canary, self.canary)
    }

    /// Opens or closes the company.
    pub async fn db_set_status(&self, status: TenantStatus) {
        let (store, tenant) = (self.stack.store.clone(), self.tenant);
        on_harness(async move { store.set_tenant_status(tenant, status).await })
            .await
            .expect("PostgreSQL answers");
    }

    /// The numbers of everyone whom a role can see and who has not left.
    pub fn numbers_seen_by(&self, role: Role) -> BTreeSet<i64> {
        let sees = |employee: &&NewEmployee| match role {
            Role::HrAdmin | Role::Auditor => true,
            Role::Manager => self.roster.is_below(employee, self.roster.manager()),
            Role::Employee => employee.id == self.roster.employee(),
        };
        self.roster.staff().filter(sees).map(|employee| employee.number.get()).collect()
    }

    /// The id of a colleague nobody but HR admin and auditor can see.
    pub fn outside_of_the_subtree(&self) -> EmployeeId {
        let manager = self.roster.manager();
        self.roster
            .staff()
            .find(|employee| !self.roster.is_below(employee, manager))
            .expect("somebody else")
            .id
    }
}

#[expect(clippy::disallowed_methods, reason = "the harness fills companies as the seed does")]
fn acting_for(tenant: TenantId) -> TenantContext {
    TenantContext::without_a_person(&MaintenanceGrant::for_job("e2e"), tenant)
}
