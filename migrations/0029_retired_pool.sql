-- The ids of user pools whose companies were erased. No other company gets such an id: applications may still trust its issuer, and access keys of administrators
-- may still name it. A restored company gets its id back.

create table platform.retired_pool (
    id         text        collate "C" not null,
    retired_at timestamptz not null default now(),

    primary key (id)
);

grant select on platform.retired_pool to watertight_platform;
