-- Challenges of SRP that were answered, so that none is answered twice: whoever saw an answer on its way could show it again while the challenge is good (row T6).

create table answered_challenge (
    tenant_id  uuid        not null,
    id         uuid        not null,
    -- Until then it could be answered, and so it is known until then.
    expires_at timestamptz not null,

    primary key (tenant_id, id),
    foreign key (tenant_id) references platform.tenant (id)
);

select app.enforce_tenant('answered_challenge');
grant select, insert, delete on answered_challenge to watertight_app;
