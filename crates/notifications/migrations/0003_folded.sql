-- What the recipient is compared by: one spelling for all that look alike, as the names of accounts have. Mails of before,
-- and those that a process of before writes, have none; their addresses are compared in lower case.
alter table mail add column recipient_key text;
drop index mail_recipient;
create index mail_recipient_key on mail (coalesce(recipient_key, lower(recipient)), id);
