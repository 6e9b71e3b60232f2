//! The headcount and the demo accounts of a tenant, shown before a user signs in.

use domain::{Email, Role, TenantId};

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

/// A tenant's headcount and its demo accounts.
#[derive(Clone, Debug)]
pub struct DemoTenant {
    /// The number of employees, without those who have left.
    pub headcount: u64,
    /// The enabled demo accounts, HR admin first; empty for a tenant of real people.
    pub accounts: Vec<StoredDemoAccount>,
}

/// A demo account, which every visitor may use.
#[derive(Clone, Debug)]
pub struct StoredDemoAccount {
    /// The account's role at the tenant.
    pub role: Role,
    /// The name of the account's person.
    pub name: String,
    /// The email address that the account signs in with.
    pub email: Email,
}

#[derive(sqlx::FromRow)]
struct Record {
    role: String,
    name: String,
    email: String,
}

#[derive(sqlx::FromRow)]
struct Headcount {
    count: i64,
}

impl Store {
    /// Reads the headcount and the demo accounts of a tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.demo_tenant.read", skip_all)]
    pub async fn demo_tenant(&self, tenant: TenantId) -> Result<DemoTenant, Error> {
        self.for_sign_in(tenant, WorkKind::Read, |tx| {
            Box::pin(async move {
                Ok(DemoTenant { headcount: headcount(tx).await?, accounts: accounts(tx).await? })
            })
        })
        .await
    }
}

async fn headcount(tx: &mut SignInTx) -> Result<u64, Error> {
    let sql = tenant_sql!(
        "
        select tenant_id, count(*)
          from employee
         where tenant_id = $1
           and status <> 'terminated'
         group by tenant_id"
    );
    // There is no row if there is no employee.
    let counted: Vec<Headcount> = tx.query(sql).fetch_all().await?;
    Ok(counted.iter().map(|Headcount { count }| count.unsigned_abs()).sum())
}

async fn accounts(tx: &mut SignInTx) -> Result<Vec<StoredDemoAccount>, Error> {
    let sql = tenant_sql!(
        "
        select tenant_id, role, name, email
          from account
         where tenant_id = $1
           and demo
           and not disabled
         order by name, id"
    );
    let records: Vec<Record> = tx.query(sql).fetch_all().await?;
    let mut accounts = Vec::with_capacity(records.len());
    for record in records {
        let role = record.role.parse().map_err(|_| Error::Corrupt("role"))?;
        let email = record.email.parse().map_err(|_| Error::Corrupt("e-mail"))?;
        accounts.push(StoredDemoAccount { role, name: record.name, email });
    }
    accounts.sort_by_key(|account| Role::ALL.iter().position(|role| *role == account.role));
    Ok(accounts)
}
