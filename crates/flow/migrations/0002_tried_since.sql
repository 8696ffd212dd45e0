-- Since when a timer's work has been tried in vain: a matter for people after a day.
alter table timer add column tried_since timestamptz;
