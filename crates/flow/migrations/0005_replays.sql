-- How often an event that was put aside was acted on once more, in vain: whoever mended what was wrong sees whether that was all.
alter table dead_letter add column replays bigint not null default 0;
