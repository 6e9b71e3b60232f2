//! What a demonstration shows of a company before anyone signs in.

use domain::{Email, Role, TenantId};
use uuid::Uuid;

use crate::{
    Error, Store,
    door::{Kind, SignInTx},
};

/// A company with the accounts that anyone may try.
#[derive(Clone, Debug)]
pub struct DemoCompany {
    /// How many people work there, those who have left not counted.
    pub headcount: u64,
    /// The accounts flagged as demonstration, HR admin first; empty for a company of real people.
    pub accounts: Vec<DemoAccount>,
}

/// An account that anyone may try.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// What it is at the company.
    pub role: Role,
    /// Whose it is.
    pub name: String,
    /// With which address it signs in.
    pub email: Email,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    role: String,
    name: String,
    email: String,
}

impl Store {
    /// The headcount and the demonstration accounts of a company.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.demo_company.read", skip_all)]
    pub async fn demo_company(&self, tenant: TenantId) -> Result<DemoCompany, Error> {
        self.for_sign_in(tenant, Kind::Read, |tx| {
            Box::pin(async move {
                Ok(DemoCompany { headcount: headcount(tx).await?, accounts: accounts(tx).await? })
            })
        })
        .await
    }
}

async fn headcount(tx: &mut SignInTx) -> Result<u64, Error> {
    let sql = tx.text(
        "
        select count(*), bool_and(tenant_id = $1)
          from employee
         where tenant_id = app.tenant_id()
           and status <> 'terminated'",
    );
    let tenant = tx.tenant().as_uuid();
    let (count, own): (i64, Option<bool>) =
        sqlx::query_as(sql).bind(tenant).fetch_one(tx.connection()).await?;
    tx.check_count(own)?;
    Ok(count.unsigned_abs())
}

async fn accounts(tx: &mut SignInTx) -> Result<Vec<DemoAccount>, Error> {
    let sql = tx.text(
        "
        select tenant_id, role, name, email
          from account
         where tenant_id = app.tenant_id()
           and demo
           and not disabled
         order by name, id",
    );
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    let mut accounts = Vec::with_capacity(records.len());
    for record in records {
        tx.check_stamp(record.tenant_id)?;
        let role = record.role.parse().map_err(|_| Error::Corrupt("role"))?;
        let email = record.email.parse().map_err(|_| Error::Corrupt("e-mail"))?;
        accounts.push(DemoAccount { role, name: record.name, email });
    }
    accounts.sort_by_key(|account| Role::ALL.iter().position(|role| *role == account.role));
    Ok(accounts)
}
