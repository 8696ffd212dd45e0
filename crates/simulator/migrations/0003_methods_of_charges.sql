-- What was asked for under the key of a charge, besides what stands in it; none: it was made before this was noted.
alter table charge add column method text;
