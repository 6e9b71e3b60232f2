-- An account may have several reset codes: asking for another one takes nothing from those that were mailed before. Each is good until it expires.

alter table reset_code drop constraint reset_code_pkey;
alter table reset_code add primary key (tenant_id, account_id, digest);
