-- How often there was something to know about an attempt, ever: an answer ends the question that it was asked for, and no
-- newer one.
alter table attempt add column wonders bigint not null default 0;
