-- In which language mails to the account are written. Null where nobody has said so: then it is the shop's own.
alter table account add column language text;
