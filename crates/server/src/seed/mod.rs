//! Fills an empty database with the three companies of the demonstration (row P1), the same way every time.
//!
//! The fixed people of a company are in a file of their own (`acme.rs`, `betaco.rs`, `gammacorp.rs`). All other people are
//! generated with [`rng`], which uses neither a clock nor randomness. Names, numbers and one person overlap between the companies
//! on purpose: code that identifies rows by anything less than the tenant shows wrong data.

use std::fmt;

use cache::{Entity, WriteError, Writer};
use chrono::NaiveDate;
use credential::{NewPassword, PasswordHash, WeakPassword};
use domain::{
    EmploymentStatus, InvalidClientId, InvalidEmail, InvalidRedirectUri, InvalidSlug, Role,
    TenantId, TenantSlug,
};
use session::RedisBackend;
use share::Holder;
use store::Store;
use tenancy::{MaintenanceGrant, TenantContext};

use crate::revocations;
use company::{COMPANIES, Company};

mod acme;
mod applications;
mod betaco;
mod company;
pub(crate) mod demo;
mod gammacorp;
mod job_titles;
mod names;
mod pay;
mod reporting_lines;
mod rng;
mod rows;
#[cfg(test)]
mod rows_tests;
mod staff;
mod tenure;

/// The smallest headcount at which every fixed person gets a position.
const MIN_EMPLOYEES: u32 = 60;
/// The largest headcount. More people would take minutes and test nothing new.
const MAX_EMPLOYEES: u32 = 100_000;

/// The options of `watertight seed`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeedOptions {
    /// How many people work at each company; `None` for each company's own default.
    pub(crate) employees: Option<u32>,
    /// Whether an existing company is emptied and filled again.
    pub(crate) reset: bool,
    /// The day that the rows describe: first and last days of employment are relative to it.
    pub(crate) today: NaiveDate,
}

/// The result for each company. Its text is for the operator.
#[derive(Clone, Debug)]
pub(crate) struct Summary(Vec<Seeded>);

#[derive(Clone, Debug)]
struct Seeded {
    company: &'static str,
    slug: &'static str,
    /// How many people work there and how many have left; `None` if the company was not changed.
    people: Option<(usize, usize)>,
}

/// Why the seed failed, in whole or in part. The next run adds what is missing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The headcount is out of bounds.
    #[error(
        "invalid `--employees`: {0} is out of range\nhint: set it to a number from {MIN_EMPLOYEES} to {MAX_EMPLOYEES}"
    )]
    Headcount(u32),
    /// More people than there are employee numbers.
    #[error("there are more people than employee numbers")]
    TooMany,
    /// The slug of a demonstration company is invalid.
    #[error("the slug of a demonstration company is invalid")]
    Slug(#[source] InvalidSlug),
    /// The client id of a demonstration application is invalid.
    #[error("the client id of a demonstration application is invalid")]
    Client(#[source] InvalidClientId),
    /// The redirect address of a demonstration application is invalid.
    #[error("the redirect address of a demonstration application is invalid")]
    Callback(#[source] InvalidRedirectUri),
    /// The e-mail address made from a name is invalid.
    #[error("the e-mail address made from a name is invalid")]
    Address(#[source] InvalidEmail),
    /// The password of the demo accounts could not be hashed.
    #[error("the password of the demo accounts could not be hashed")]
    Password(#[from] credential::HashingError),
    /// The demo password breaks a rule for passwords.
    #[error("the demo password is refused: {0}")]
    Weak(#[from] WeakPassword),
    /// The rows could not be written.
    #[error("the rows could not be written")]
    Store(#[from] store::Error),
    /// The sessions of the existing accounts could not be ended.
    #[error("the sessions of the existing accounts could not be ended")]
    Sessions(#[from] revocations::Error),
    /// The fence could not be raised, or the rows could not be written.
    #[error("the rows could not be written behind a fence")]
    Write(#[from] WriteError<store::Error>),
}

/// Adds each of the three companies that has no people yet. With `reset`, deletes and adds the rows of all three.
///
/// # Errors
/// [`Error`] says which step failed; each company is written as a whole or not at all.
pub(crate) async fn run(
    store: &Store,
    cache: &Writer,
    sessions: &RedisBackend,
    options: SeedOptions,
) -> Result<Summary, Error> {
    if let Some(asked) =
        options.employees.filter(|asked| !(MIN_EMPLOYEES..=MAX_EMPLOYEES).contains(asked))
    {
        return Err(Error::Headcount(asked));
    }
    let mut summary = Vec::with_capacity(COMPANIES.len());
    for company in COMPANIES {
        let people = seed_company(store, cache, company, options).await?;
        if options.reset {
            end_sessions(store, sessions, company).await?;
        }
        summary.push(Seeded { company: company.name, slug: company.slug, people });
    }
    Ok(Summary(summary))
}

/// Seeds one company. Returns how many people work there and how many have left; `None` if the company already has people.
#[expect(clippy::disallowed_methods, reason = "the seed acts for no user")]
async fn seed_company(
    store: &Store,
    cache: &Writer,
    company: &'static Company,
    options: SeedOptions,
) -> Result<Option<(usize, usize)>, Error> {
    let tenant = enter(store, company).await?;
    applications::add(store, tenant, company.slug).await?;
    let context = TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("seed"), tenant);
    if !options.reset && store.demo_tenant(tenant).await?.headcount > 0 {
        return Ok(None);
    }
    let headcount = options.employees.unwrap_or(company.headcount);
    let hash = PasswordHash::of(&NewPassword::parse(demo::PASSWORD)?)?;
    let rows = rows::of_company(company, headcount, options.today, hash.as_str())?;
    let left =
        rows.employees.iter().filter(|row| row.status == EmploymentStatus::Terminated).count();
    let people = rows.employees.len() - left;
    let (store, acting) = (store.clone(), context.clone());
    let written = cache.write(&context, &Entity::ALL, async move || {
        let filled = async {
            if options.reset {
                store.remove_tenant_rows(&acting).await?;
            }
            store.add_tenant_rows(&acting, &rows).await
        };
        match filled.await {
            Err(error) if error.may_be_committed() => Err(error),
            decided => Ok(decided),
        }
    });
    written.await??;
    Ok(Some((people, left)))
}

/// Ends the sessions of the existing accounts: a session holds a role, and the account may have another role now.
async fn end_sessions(
    store: &Store,
    sessions: &RedisBackend,
    company: &Company,
) -> Result<(), Error> {
    let tenant = enter(store, company).await?;
    for account in store.demo_tenant(tenant).await?.accounts {
        let Some(person) = store.person_by_email(tenant, &account.email).await? else { continue };
        revocations::end_accounts(sessions, store, tenant, &[person.account]).await?;
    }
    Ok(())
}

/// Returns the company's id in the directory, and adds the company if it is not there.
async fn enter(store: &Store, company: &Company) -> Result<TenantId, Error> {
    let slug: TenantSlug = company.slug.parse().map_err(Error::Slug)?;
    match store.tenant_by_slug(Holder::Node, &slug).await? {
        Some(tenant) => Ok(tenant.id),
        None => Ok(store.create_tenant(&slug, company.name).await?),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Seeded { company, slug, people } in &self.0 {
            match people {
                Some((people, left)) => {
                    let accounts = Role::ALL.len();
                    writeln!(
                        f,
                        "{company} (`{slug}`): {people} employees, {left} former employees, {accounts} demo accounts"
                    )?;
                }
                None => writeln!(f, "{company} (`{slug}`): exists already and was not changed")?,
            }
        }
        if self.0.iter().any(|seeded| seeded.people.is_none()) {
            writeln!(f, "hint: `--reset` empties existing companies and seeds them again")?;
        }
        Ok(())
    }
}
