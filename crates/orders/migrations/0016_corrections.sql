-- How often carrier or number of a fulfilment were corrected since it was shipped, and when last: its version counts these changes, too,
-- and what it went through follows from the others.
alter table fulfilment add column corrections bigint not null default 0;
alter table fulfilment add column corrected_at timestamptz;
