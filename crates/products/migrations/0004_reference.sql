-- What a movement was booked for, once: what came back with a parcel is put on the shelf by one of those who could.
alter table movement add column reference text;
create unique index movement_by_reference on movement (product_id, reference) where reference is not null;
