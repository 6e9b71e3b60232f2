-- How long the sessions of a company last, and how strictly browsers send their cookie.

alter table platform.tenant
    add session_policy text not null default 'standard' check (session_policy in ('standard', 'strict'));
