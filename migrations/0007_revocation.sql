-- Sessions that were ended. PostgreSQL hears of it before Redis does, so a Redis that comes back with old records revives nobody.
-- Ids and digests only: whoever reads this can sign in nowhere.

create table platform.revocation (
    tenant_id  uuid        not null,
    kind       text        collate "C" not null check (kind in ('session', 'account')),
    subject    text        collate "C" not null,
    revoked_at timestamptz not null default clock_timestamp(),
    -- When nothing that it ends could live any more: then the row goes.
    expires_at timestamptz not null,
    -- The incarnation of Redis that has carried it out; null while none has.
    applied_to text        collate "C",

    primary key (tenant_id, kind, subject),
    foreign key (tenant_id) references platform.tenant (id)
);

create index revocation_by_expiry  on platform.revocation (expires_at);
create index revocation_by_time    on platform.revocation (revoked_at);
create index revocation_unapplied  on platform.revocation (revoked_at) where applied_to is null;

grant select, insert, update, delete on platform.revocation to watertight_platform;
