-- Whether the operator has accepted the loss with which the epoch began. One that payments begins by itself, by charges that the
-- provider has and the database lacks, is not accepted yet.
alter table epoch add column is_accepted boolean not null default true;
