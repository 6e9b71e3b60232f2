-- Employees of a company, and the words they are found by.

create table employee (
    tenant_id       uuid     not null,
    id              uuid     not null,
    number          bigint   not null check (number between 1 and 999999999),
    first_name      text     not null check (first_name <> ''),
    last_name       text     not null check (last_name <> ''),
    email           text     not null,
    phone           text     not null,
    position        text     not null,
    department_id   uuid     not null,
    location        text     collate "C" not null,
    status          text     collate "C" not null check (status in ('active', 'on_leave', 'starting', 'terminated')),
    started_on      date     not null,
    ended_on        date,
    weekly_hours    smallint not null check (weekly_hours between 0 and 168),
    salary_minor    bigint   not null check (salary_minor >= 0),
    salary_currency text     not null check (salary_currency in ('EUR', 'GBP', 'USD')),
    manager_id      uuid,

    -- What lists are ordered by: folded in Rust, compared byte by byte, never null.
    name_key        text     collate "C" not null,
    position_key    text     collate "C" not null,
    department_key  text     collate "C" not null,
    location_key    text     collate "C" not null,

    primary key (tenant_id, id),
    foreign key (tenant_id) references platform.tenant (id),
    foreign key (tenant_id, department_id, department_key) references department (tenant_id, id, name_key) on update cascade,
    foreign key (tenant_id, manager_id) references employee (tenant_id, id),
    constraint employee_number_key unique (tenant_id, number),
    constraint employee_email_key unique (tenant_id, email),
    check (ended_on >= started_on),
    check (manager_id <> id)
);

-- One index for each order of the directory; by number the unique key serves.
create index employee_by_name       on employee (tenant_id, name_key, id);
create index employee_by_position   on employee (tenant_id, position_key, id);
create index employee_by_department on employee (tenant_id, department_key, id);
create index employee_by_location   on employee (tenant_id, location_key, id);
create index employee_by_status     on employee (tenant_id, status, id);
create index employee_by_started_on on employee (tenant_id, started_on, id);
create index employee_by_salary     on employee (tenant_id, salary_minor, id);
-- For the manager chain, and for the filter by department.
create index employee_by_manager       on employee (tenant_id, manager_id);
create index employee_by_department_id on employee (tenant_id, department_id);

select app.enforce_tenant('employee');
grant select, insert, update, delete on employee to watertight_app;

create table employee_term (
    tenant_id   uuid not null,
    term        text collate "C" not null,
    employee_id uuid not null,

    -- In this order the key is also the index that a search by prefix walks.
    primary key (tenant_id, term, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id) on delete cascade
);

create index employee_term_by_employee on employee_term (tenant_id, employee_id);

select app.enforce_tenant('employee_term');
grant select, insert, update, delete on employee_term to watertight_app;
