-- How a transaction is bound to a company, and the one policy every tenant table gets.

create schema app;
grant usage on schema app to watertight_app;

-- Unbound is an error and never an empty answer: 42704 on a fresh connection, 22P02 on one used before.
-- It must stay a plain `language sql` function without `set` clauses, or the planner cannot inline it
-- and the tenant stops being an index condition.
create function app.tenant_id() returns uuid
    language sql stable parallel safe
    as $$ select current_setting('app.tenant_id')::uuid $$;

-- The lock "Policy" of a table: also for its owner (force), for reading (using) and for writing (with check).
create function app.enforce_tenant(tenant_table regclass) returns void
    language plpgsql
    as $$
    begin
        execute format('alter table %s enable row level security', tenant_table);
        execute format('alter table %s force  row level security', tenant_table);
        execute format(
            'create policy tenant on %s using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())',
            tenant_table);
    end $$;

-- Data migrations run as the owner, whom the policy binds too: `perform app.as_tenant(tenant.id)`, one company at a time.
create function app.as_tenant(tenant uuid) returns void
    language sql
    as $$ select set_config('app.tenant_id', tenant::text, true) $$;

revoke all on function app.enforce_tenant(regclass), app.as_tenant(uuid) from public;
