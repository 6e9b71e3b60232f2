//! Holds statements in PostgreSQL until a test releases them, so that a slow statement takes exactly as long as the test needs.

use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{Company, Postgres, Stack};

/// Statements that wait until they are released. Use a stack that no other test shares, because everyone's statements are held.
#[must_use]
pub struct Hold {
    postgres: &'static Postgres,
    gate: String,
}

/// Each hold has a sequence. Statements wait until `nextval` is called. Unlike a row, a sequence shows its current value in every snapshot.
const PREPARE: &str = "
create schema if not exists e2e;
grant usage on schema e2e to public;
create table if not exists e2e.held (tenant uuid primary key, gate text not null);
grant select on e2e.held to public;
create or replace function e2e.wait_at(gate text) returns boolean language plpgsql stable as $$
begin
    while pg_sequence_last_value(gate::regclass) is null loop perform pg_sleep(0.01); end loop;
    return true;
end $$;
create or replace function app.tenant_id() returns uuid language plpgsql stable as $$
declare
    bound uuid := current_setting('app.tenant_id')::uuid;
begin
    perform e2e.wait_at(held.gate) from e2e.held where held.tenant = bound;
    return bound;
end $$;
";

/// Two concurrent definitions of one function are an error in PostgreSQL.
static PREPARING: Mutex<()> = Mutex::const_new(());

impl Stack {
    /// From now on, every transaction that is bound to this company waits: it calls the replaced function when it begins, and so do the policies.
    pub async fn db_hold(&'static self, company: &Company) -> Hold {
        let hold = self.db_gate().await;
        let tenant = company.tenant;
        let insert = format!("insert into e2e.held values ('{tenant}', '{}')", hold.gate);
        self.postgres.db_as_superuser(&insert).await;
        hold
    }

    /// From now on, every statement that looks up a company in the directory waits, even if no company has the name.
    ///
    /// PostgreSQL evaluates a policy only for rows that it reads, and an index on the name finds no row for an unknown name. It uses an index before a
    /// policy only if the comparison is marked as leakproof, so the mark is removed.
    pub async fn db_hold_directory(&'static self) -> Hold {
        let hold = self.db_gate().await;
        let policy = format!(
            "alter function texteq(text, text) not leakproof;
             alter table platform.tenant enable row level security;
             create policy held on platform.tenant using ((select e2e.wait_at('{}')));",
            hold.gate
        );
        self.postgres.db_as_superuser(&policy).await;
        hold
    }

    async fn db_gate(&'static self) -> Hold {
        let _one = PREPARING.lock().await;
        let gate = format!("e2e.gate_{}", Uuid::new_v4().simple());
        self.postgres.db_as_superuser(PREPARE).await;
        let sequence = format!("create sequence {gate}; grant select on sequence {gate} to public");
        self.postgres.db_as_superuser(&sequence).await;
        Hold { postgres: &self.postgres, gate }
    }
}

impl Hold {
    /// Lets all held statements continue, and holds no further ones.
    pub async fn release(self) {
        self.postgres.db_as_superuser(&format!("select nextval('{}')", self.gate)).await;
    }
}
