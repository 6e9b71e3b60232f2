-- Refresh tokens: a family for each sign-in, and a digest for each token that ever belonged to it.

create table refresh_family (
    tenant_id      uuid        not null,
    -- The claim `origin_jti` of every token that comes of this sign-in.
    id             uuid        not null,
    account_id     uuid        not null,
    client_id      text        collate "C" not null,
    scopes         text[]      not null,
    authenticated_at timestamptz not null,
    -- Absolute: no rotation moves it.
    expires_at     timestamptz not null,
    -- Which token of the family is the present one.
    generation     integer     not null default 0 check (generation >= 0),
    rotated_at     timestamptz not null default clock_timestamp(),
    revoked_at     timestamptz,
    revoked_for    text        check (revoked_for in ('asked', 'reuse', 'signed_out', 'code_reuse', 'password', 'disabled')),

    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
    foreign key (tenant_id, client_id) references platform.app_client (tenant_id, id) on delete cascade,
    check ((revoked_at is null) = (revoked_for is null)),
    check (expires_at > authenticated_at)
);

create index refresh_family_by_account on refresh_family (tenant_id, account_id);
create index refresh_family_by_expiry  on refresh_family (tenant_id, expires_at);

select app.enforce_tenant('refresh_family');
grant select, insert, update, delete on refresh_family to watertight_app;

create table refresh_token (
    tenant_id  uuid    not null,
    -- SHA-256 of the token. The token itself stands nowhere.
    digest     bytea   not null check (octet_length(digest) = 32),
    family_id  uuid    not null,
    generation integer not null check (generation >= 0),

    primary key (tenant_id, digest),
    constraint refresh_token_generation_key unique (tenant_id, family_id, generation),
    foreign key (tenant_id, family_id) references refresh_family (tenant_id, id) on delete cascade
);

select app.enforce_tenant('refresh_token');
grant select, insert, update, delete on refresh_token to watertight_app;
