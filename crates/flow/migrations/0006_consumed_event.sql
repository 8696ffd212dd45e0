-- Which event was consumed last of a feed: a producer whose database was put back has another one there, or none. It counts only
-- at its position: version 0.1.0, which moves the position alone, may run beside this one.
alter table heard add column event uuid;
alter table heard add column event_position bigint;
-- Where the consumer is ahead of its producer, the newest position that the producer has; null otherwise.
alter table heard add column producer_head bigint;
