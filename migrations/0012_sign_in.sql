-- What signing in by other ways than a password at our own page needs.

alter table account add column email_verified       boolean     not null default true;
alter table account add column must_change_password boolean     not null default false;
alter table account add column created_at           timestamptz not null default now();
alter table account add column updated_at           timestamptz not null default now();
-- Whatever was begun by then is over: the person signed out everywhere, has another password, or was disabled.
alter table account add column signed_out_at        timestamptz;

-- What SRP checks a password against, in pools that allow it. It can be guessed against faster than a password's hash, so it is sealed.
create table srp_verifier (
    tenant_id  uuid  not null,
    account_id uuid  not null,
    sealed     bytea not null,

    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

select app.enforce_tenant('srp_verifier');
grant select, insert, update, delete on srp_verifier to watertight_app;

-- The codes of the authorization endpoint (RFC 6749 section 4.1.2): each is good once. A spent one stays until it expires, so that a second use is noticed.
create table authorization_code (
    tenant_id        uuid        not null,
    digest           bytea       not null check (octet_length(digest) = 32),
    account_id       uuid        not null,
    client_id        text        collate "C" not null,
    redirect_uri     text        not null,
    code_challenge   text        not null,
    nonce            text,
    scopes           text[]      not null,
    authenticated_at timestamptz not null,
    expires_at       timestamptz not null,
    -- The family that its one use gave.
    family_id        uuid,

    primary key (tenant_id, digest),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
    foreign key (tenant_id, client_id) references platform.app_client (tenant_id, id) on delete cascade
);

create index authorization_code_by_expiry on authorization_code (tenant_id, expires_at);

select app.enforce_tenant('authorization_code');
grant select, insert, update, delete on authorization_code to watertight_app;

-- The code that is mailed to who has forgotten a password: one at a time.
create table reset_code (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    digest     bytea       not null check (octet_length(digest) = 32),
    expires_at timestamptz not null,

    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

select app.enforce_tenant('reset_code');
grant select, insert, update, delete on reset_code to watertight_app;

-- The mail that the product would send. Nobody sends it yet: in development the pages show it.
create table mail (
    tenant_id  uuid        not null,
    id         uuid        not null,
    account_id uuid        not null,
    subject    text        not null,
    body       text        not null,
    written_at timestamptz not null default now(),

    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

create index mail_by_time on mail (tenant_id, written_at, id);

select app.enforce_tenant('mail');
grant select, insert, update, delete on mail to watertight_app;
