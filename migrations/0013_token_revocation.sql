-- Tokens of one sign-in can be revoked too.

alter table platform.revocation drop constraint revocation_kind_check;
alter table platform.revocation add constraint revocation_kind_check check (kind in ('session', 'account', 'tokens'));
