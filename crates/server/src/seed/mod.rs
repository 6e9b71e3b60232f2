//! Fills an empty database with the three companies of the demonstration (row P1), the same way every time.
//!
//! The cast of a company is in a file of its own (`acme.rs`, `betaco.rs`, `gammacorp.rs`); everybody else is drawn by [`dice`],
//! which knows no clock and no randomness. Names, numbers and one human overlap between the companies on purpose: whatever is
//! told apart by less than the tenant is told apart wrongly.

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
mod chain;
mod company;
mod craft;
pub(crate) mod demo;
mod dice;
mod gammacorp;
mod names;
mod pay;
mod rows;
#[cfg(test)]
mod rows_tests;
mod staff;
mod tenure;

/// Among fewer people than this the whole cast finds no desk.
const FEWEST: u32 = 60;
/// More than this take minutes and prove nothing new.
const MOST: u32 = 100_000;

/// What to seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeedOptions {
    /// How many people work at each company; each company's own number if not said.
    pub(crate) employees: Option<u32>,
    /// Whether a company that is there already is emptied and filled again.
    pub(crate) reset: bool,
    /// The day on which all of it is true: first and last days of employment lie around it.
    pub(crate) today: NaiveDate,
}

/// What was done, company by company. Its text is for people.
#[derive(Clone, Debug)]
pub(crate) struct Summary(Vec<Seeded>);

#[derive(Clone, Debug)]
struct Seeded {
    company: &'static str,
    slug: &'static str,
    /// Those who work there and those who have left; `None` if the company was left alone.
    people: Option<(usize, usize)>,
}

/// Why there is no seed, or only a part of it. What is missing is added by the next run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The headcount is out of bounds.
    #[error(
        "a company of `{0}` people cannot be seeded\nhint: ask for {FEWEST} to {MOST} with `--employees`"
    )]
    Headcount(u32),
    /// More people than there are employee numbers.
    #[error("there are more people than employee numbers")]
    TooMany,
    /// A company of ours has a slug that is none.
    #[error("a company cannot be named so in a host")]
    Slug(#[source] InvalidSlug),
    /// An application of ours has an id that is none.
    #[error("an application cannot be named so")]
    Client(#[source] InvalidClientId),
    /// The address of an application is none that can be registered.
    #[error("the address of an application cannot be registered")]
    Callback(#[source] InvalidRedirectUri),
    /// A name of ours makes no address.
    #[error("a name makes no e-mail address")]
    Address(#[source] InvalidEmail),
    /// The password of the demo accounts could not be hashed.
    #[error("the password of the demo accounts could not be hashed")]
    Password(#[from] credential::HashFailed),
    /// The password of the demonstration may not be chosen.
    #[error("the demo password is not taken: {0}")]
    Weak(#[from] WeakPassword),
    /// The rows could not be written.
    #[error("the rows could not be written")]
    Store(#[from] store::Error),
    /// The sessions of before could not be ended.
    #[error("the sessions of the accounts that were there before could not be ended")]
    Sessions(#[from] revocations::Error),
    /// The readers could not be told that rows are about to change, or the rows could not be written.
    #[error("the rows could not be written behind a fence")]
    Write(#[from] WriteError<store::Error>),
}

/// Adds what is missing of the three companies; with `reset`, all of their rows anew.
///
/// # Errors
/// [`Error`] says which step failed; each company is written as a whole or not at all.
pub(crate) async fn run(
    store: &Store,
    cache: &Writer,
    sessions: &RedisBackend,
    options: SeedOptions,
) -> Result<Summary, Error> {
    if let Some(asked) = options.employees.filter(|asked| !(FEWEST..=MOST).contains(asked)) {
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

/// How many people were written, and how many of them have left; `None` if the company has its people already.
#[expect(clippy::disallowed_methods, reason = "the seed acts for no person")]
async fn seed_company(
    store: &Store,
    cache: &Writer,
    company: &'static Company,
    options: SeedOptions,
) -> Result<Option<(usize, usize)>, Error> {
    let tenant = enter(store, company).await?;
    applications::add(store, tenant, company.slug).await?;
    let context = TenantContext::without_a_person(&MaintenanceGrant::for_job("seed"), tenant);
    if !options.reset && store.demo_company(tenant).await?.headcount > 0 {
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
                store.remove_company_rows(&acting).await?;
            }
            store.add_company(&acting, &rows).await
        };
        match filled.await {
            Err(error) if error.may_be_committed() => Err(error),
            decided => Ok(decided),
        }
    });
    written.await??;
    Ok(Some((people, left)))
}

/// Ends the sessions of the accounts that were there before: a session holds a role, and the account may have another one now.
async fn end_sessions(
    store: &Store,
    sessions: &RedisBackend,
    company: &Company,
) -> Result<(), Error> {
    let tenant = enter(store, company).await?;
    for account in store.demo_company(tenant).await?.accounts {
        let Some(person) = store.person_by_email(tenant, &account.email).await? else { continue };
        revocations::end_account(sessions, store, tenant, person.account).await?;
    }
    Ok(())
}

/// The company's id in the directory; it is entered if it is not there.
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
                        "{company} (`{slug}`): {people} people, {left} who have left, {accounts} demo accounts"
                    )?;
                }
                None => writeln!(f, "{company} (`{slug}`): is there already and was left alone")?,
            }
        }
        if self.0.iter().any(|seeded| seeded.people.is_none()) {
            writeln!(f, "hint: `--reset` empties companies that are there and seeds them again")?;
        }
        Ok(())
    }
}
