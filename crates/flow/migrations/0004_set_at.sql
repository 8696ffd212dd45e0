-- When a timer was last set, taken or put off, by the clock that its due time was reckoned by: where that clock was ahead
-- and is set back, what it has set moves back with it.
alter table timer add column set_at timestamptz;
create index timer_set on timer (set_at);
