-- User pools: one for each company, with the applications that may ask it for tokens and the keys that sign them. They are the platform's, because a
-- request that names a pool, a client or a key belongs to no company yet. Nothing here lets anybody in: secrets are digests, private keys are sealed.

create table platform.pool (
    tenant_id    uuid        not null,
    id           text        collate "C" not null,
    algorithm    text        not null default 'RS256' check (algorithm in ('RS256', 'ES256')),
    -- Whether clients may prove a password by SRP; for that a verifier is kept beside the hash.
    srp          boolean     not null default false,
    -- Whether access tokens carry `custom:tenant_id`, as a pre-token hook would add it.
    tenant_claim boolean     not null default false,
    created_at   timestamptz not null default now(),

    primary key (id),
    constraint pool_tenant_key unique (tenant_id, id),
    constraint pool_of_tenant_key unique (tenant_id),
    foreign key (tenant_id) references platform.tenant (id),
    check (id ~ '^[a-z]{2}-(gov-)?[a-z]+-[0-9]_[a-zA-Z0-9]+$' and length(id) <= 55)
);

grant select, insert, update on platform.pool to watertight_platform;

create table platform.app_client (
    tenant_id       uuid        not null,
    pool_id         text        collate "C" not null,
    id              text        collate "C" not null check (id ~ '^[A-Za-z0-9_+]{1,128}$'),
    name            text        not null check (name <> ''),
    -- SHA-256 of a random secret; null for a public client. Cognito's HMAC over the user name wants the secret itself, so it stands sealed beside it.
    secret_digest   bytea       check (octet_length(secret_digest) = 32),
    secret_sealed   bytea,
    flows           text[]      not null,
    scopes          text[]      not null,
    redirect_uris   text[]      not null default '{}',
    logout_uris     text[]      not null default '{}',
    access_minutes  integer     not null default 15 check (access_minutes between 5 and 15),
    id_minutes      integer     not null default 15 check (id_minutes between 5 and 15),
    refresh_minutes integer     not null default 43200 check (refresh_minutes between 60 and 5256000),
    -- Whether each use of a refresh token replaces it, and for how long the one before may be shown again: a reply can be lost.
    rotates         boolean     not null default true,
    grace_seconds   integer     not null default 30 check (grace_seconds between 0 and 60),
    created_at      timestamptz not null default now(),

    primary key (id),
    constraint app_client_tenant_key unique (tenant_id, id),
    foreign key (tenant_id, pool_id) references platform.pool (tenant_id, id),
    check ((secret_digest is null) = (secret_sealed is null)),
    check (flows <@ array ['USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'code', 'client_credentials'])
);

grant select, insert, update, delete on platform.app_client to watertight_platform;

create table platform.signing_key (
    kid          text        collate "C" not null,
    tenant_id    uuid        not null,
    pool_id      text        collate "C" not null,
    token_use    text        not null check (token_use in ('id', 'access')),
    algorithm    text        not null check (algorithm in ('RS256', 'ES256')),
    public_jwk   text        not null,
    sealed       bytea       not null,
    published_at timestamptz not null default clock_timestamp(),
    -- It is shown before it signs, so that every node and every client has read it by then.
    signs_from   timestamptz not null,
    -- Its last token has expired by then, and it goes; null while no other key has taken its place.
    expires_at   timestamptz,

    primary key (kid),
    foreign key (tenant_id, pool_id) references platform.pool (tenant_id, id),
    check (expires_at > signs_from)
);

create index signing_key_by_pool on platform.signing_key (pool_id, token_use, signs_from);

grant select, insert, update, delete on platform.signing_key to watertight_platform;

-- One row, changed with whatever changes above: a node that has seen this number has seen all of it.
create table platform.pool_version (
    version bigint  not null default 0,
    single  boolean not null default true check (single),

    primary key (single)
);

insert into platform.pool_version default values;
grant select, update on platform.pool_version to watertight_platform;

create function platform.another_pool_version() returns trigger
    language plpgsql
    as $$
    begin
        update platform.pool_version set version = version + 1;
        return null;
    end $$;

create trigger version after insert or update or delete on platform.pool
    for each statement execute function platform.another_pool_version();
create trigger version after insert or update or delete on platform.app_client
    for each statement execute function platform.another_pool_version();
create trigger version after insert or update or delete on platform.signing_key
    for each statement execute function platform.another_pool_version();

-- Companies that are here already get theirs.
insert into platform.pool (tenant_id, id)
select id, 'eu-local-1_' || left(regexp_replace(name, '[^A-Za-z0-9]', '', 'g'), 24) || replace(id::text, '-', '')::char(9)
  from platform.tenant;

insert into platform.app_client (tenant_id, pool_id, id, name, flows, scopes)
select tenant_id, id, 'pages' || split_part(id, '_', 2), 'Watertight', '{REFRESH_TOKEN_AUTH}',
       '{openid,email,profile,aws.cognito.signin.user.admin,hr/employees.read,hr/employees.write,hr/salaries.read}'
  from platform.pool;
