-- The newest place whose event is in the log no more: whoever reads on from before it has missed something.
alter table public_log add column gone bigint not null default 0;
