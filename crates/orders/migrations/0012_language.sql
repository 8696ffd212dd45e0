-- In which language mails about an order are written: the one that its buyer placed it in, or their account's. Null where nobody
-- has said so: then it is the shop's own.
alter table person add column language text;
