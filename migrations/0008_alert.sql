-- Where a lock broke, or was about to: one row for each alert, the provenance of an incident. Ids only, never what stood in a row.
-- It is the platform's: an operator reads it across companies, and it must survive a company that is removed, so nothing refers to it
-- and it refers to nothing. A foreign id may also be damaged and belong to nobody.

create table platform.alert (
    id             uuid        not null,
    at             timestamptz not null,
    request_id     uuid,
    kind           text        not null check (kind ~ '^[a-z][a-z_]{0,39}$'),
    tenant         uuid,
    foreign_tenant uuid,
    family         text,
    row_ids        uuid[]      not null default '{}',
    recorded_at    timestamptz not null default now(),

    primary key (id)
);

create index alert_by_time on platform.alert (at, id);

-- Append-only: what was recorded of an incident is not edited by whoever caused it. `serve` refuses to start otherwise.
grant select, insert on platform.alert to watertight_platform;
