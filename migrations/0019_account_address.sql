-- Who wrote an account's address. An address links an account to the employee who has the same one, and an employee's address is HR's word. So the
-- account's must be an administrator's word or verified: people must not link themselves to somebody else's employment by choosing an address.

alter table account add column email_set_by text not null default 'administrator' check (email_set_by in ('administrator', 'owner'));
