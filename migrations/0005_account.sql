-- Who can sign in at a company. The same human at two companies has two accounts.

create table account (
    tenant_id     uuid    not null,
    id            uuid    not null,
    name          text    not null check (name <> ''),
    email         text    not null check (email = lower(email)),
    role          text    not null check (role in ('hr_admin', 'manager', 'employee', 'auditor')),
    employee_id   uuid,
    password_hash text    not null,
    demo          boolean not null default false,
    disabled      boolean not null default false,

    primary key (tenant_id, id),
    foreign key (tenant_id) references platform.tenant (id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    constraint account_email_key unique (tenant_id, email)
);

create index account_by_employee on account (tenant_id, employee_id);

select app.enforce_tenant('account');
grant select, insert, update, delete on account to watertight_app;
