-- How many employees a company has, by everything that the directory is filtered by except words: a first page tells how many there
-- are on all pages, and does not count ten thousand rows for it.

create table employee_tally (
    tenant_id     uuid   not null,
    status        text   collate "C" not null,
    department_id uuid   not null,
    location      text   collate "C" not null,
    headcount     bigint not null check (headcount > 0),

    primary key (tenant_id, status, department_id, location),
    foreign key (tenant_id) references platform.tenant (id),
    foreign key (tenant_id, department_id) references department (tenant_id, id)
);

select app.enforce_tenant('employee_tally');
grant select, insert, update, delete on employee_tally to watertight_app;

-- Runs as whoever wrote, in their transaction: what is tallied is what is committed, and the policy binds the tally as it binds the
-- rows. A row counts for the company that it says it belongs to, never for the one that is set.
-- Two of these never wait for each other: a company has one writer at a time, who holds its row of `employee_counter`.
create function app.tally_employees() returns trigger
    language plpgsql
    as $$
    declare
        changes employee_tally[];
    begin
        if tg_op = 'INSERT' then
            changes := array(
                select row (e.tenant_id, e.status, e.department_id, e.location, count(*))::employee_tally
                  from arrived as e
                 group by e.tenant_id, e.status, e.department_id, e.location);
        elsif tg_op = 'DELETE' then
            changes := array(
                select row (e.tenant_id, e.status, e.department_id, e.location, -count(*))::employee_tally
                  from gone as e
                 group by e.tenant_id, e.status, e.department_id, e.location);
        else
            changes := array(
                select row (e.tenant_id, e.status, e.department_id, e.location, sum(e.heads))::employee_tally
                  from (select tenant_id, status, department_id, location, +1 as heads from arrived
                         union all
                        select tenant_id, status, department_id, location, -1 as heads from gone) as e
                 group by e.tenant_id, e.status, e.department_id, e.location
                having sum(e.heads) <> 0);
        end if;
        if cardinality(changes) = 0 then
            return null;
        end if;
        merge into employee_tally as tally
        using unnest(changes) as change
           on tally.tenant_id = change.tenant_id
          and tally.status = change.status
          and tally.department_id = change.department_id
          and tally.location = change.location
         when matched and tally.headcount + change.headcount = 0 then
              delete
         when matched then
              update set headcount = tally.headcount + change.headcount
         -- Fewer than none break the check: a tally that is wrong is loud.
         when not matched then
              insert (tenant_id, status, department_id, location, headcount)
              values (change.tenant_id, change.status, change.department_id, change.location, change.headcount);
        return null;
    end $$;

revoke all on function app.tally_employees() from public;

-- For each statement and not for each row: the seed of a company is one statement.
create trigger tally_insert after insert on employee
    referencing new table as arrived
    for each statement execute function app.tally_employees();
create trigger tally_update after update on employee
    referencing new table as arrived old table as gone
    for each statement execute function app.tally_employees();
create trigger tally_delete after delete on employee
    referencing old table as gone
    for each statement execute function app.tally_employees();

do $$
    declare
        company uuid;
    begin
        for company in select id from platform.tenant loop
            perform app.as_tenant(company);
            insert into employee_tally (tenant_id, status, department_id, location, headcount)
            select tenant_id, status, department_id, location, count(*)
              from employee
             where tenant_id = company
             group by tenant_id, status, department_id, location;
        end loop;
    end $$;
