-- The directory of companies. Only the role `watertight_platform` reaches it, and it reaches nothing else.

revoke all on schema public from public;
grant usage on schema public to watertight_app;

create schema platform;
grant usage on schema platform to watertight_platform;

create table platform.tenant (
    id         uuid        not null default gen_random_uuid(),
    slug       text        collate "C" not null,
    name       text        not null check (name <> ''),
    status     text        not null default 'active' check (status in ('active', 'suspended', 'deleted')),
    created_at timestamptz not null default now(),

    primary key (id),
    constraint tenant_slug_key unique (slug),
    check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);

grant select, insert, update on platform.tenant to watertight_platform;
