-- An account has a bounded number of live families with each application, and a revoked family is not kept until it expires.

-- `surplus`: the account began more families with one application than it may have.
alter table refresh_family drop constraint refresh_family_revoked_for_check;
alter table refresh_family add constraint refresh_family_revoked_for_check
    check (revoked_for in ('asked', 'reuse', 'signed_out', 'code_reuse', 'password', 'disabled', 'surplus'));

create index refresh_family_revoked on refresh_family (tenant_id, revoked_at) where revoked_at is not null;
