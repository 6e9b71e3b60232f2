-- Versions, by which an edit says what it was made from; and the number that the next employee gets.

alter table department add column version bigint not null default 1 check (version >= 1);
alter table employee   add column version bigint not null default 1 check (version >= 1);

-- One row a company. Whoever writes employees or departments holds it, so a company has one writer at a time: numbers have
-- no gaps that tell of others, and two edits cannot make a circle of managers that neither makes alone.
create table employee_counter (
    tenant_id   uuid   not null,
    next_number bigint not null check (next_number >= 1),

    primary key (tenant_id),
    foreign key (tenant_id) references platform.tenant (id)
);

select app.enforce_tenant('employee_counter');
grant select, insert, update, delete on employee_counter to watertight_app;

do $$
    declare
        company uuid;
    begin
        for company in select id from platform.tenant loop
            perform app.as_tenant(company);
            insert into employee_counter (tenant_id, next_number)
            select company, coalesce(max(number), 0) + 1
              from employee
             where tenant_id = company;
        end loop;
    end $$;
