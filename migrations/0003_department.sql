-- Departments of a company.

create table department (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null check (name <> ''),
    name_key  text collate "C" not null,

    primary key (tenant_id, id),
    foreign key (tenant_id) references platform.tenant (id),
    constraint department_name_key unique (tenant_id, name),
    -- Employees carry the sort key of their department; their foreign key points here, so the copy cannot go stale.
    constraint department_sort_key unique (tenant_id, id, name_key)
);

select app.enforce_tenant('department');
grant select, insert, update, delete on department to watertight_app;
