-- What became of a fulfilment since it was made: [{"status", "at", "order_version"}], the oldest first. Empty, or without the last of
-- them, where a version made or moved it that keeps none: then its status and times tell what they can.
alter table fulfilment add column steps jsonb not null default '[]';
