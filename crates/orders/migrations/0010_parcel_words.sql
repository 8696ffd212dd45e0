-- The words of the numbers by which carriers know parcels: orders are found by them.
create table parcel_word (
    fulfilment_id uuid not null references fulfilment (id),
    word text not null,
    order_id uuid not null,
    primary key (fulfilment_id, word)
);
-- only postgres
alter table parcel_word alter column word type text collate "C";
-- both
create index parcel_word_of on parcel_word (word, order_id);
create index parcel_word_order on parcel_word (order_id);

-- those that are one word; others are found once their parcel moves on
-- only postgres
insert into parcel_word (fulfilment_id, word, order_id)
select id, lower(tracking_number), order_id from fulfilment where tracking_number ~ '^[A-Za-z0-9]{1,40}$';
-- only sqlite
insert into parcel_word (fulfilment_id, word, order_id)
select id, lower(tracking_number), order_id from fulfilment
where length(tracking_number) between 1 and 40 and tracking_number not glob '*[^A-Za-z0-9]*';
-- both

drop index orders_to_pack;
drop index orders_held;
drop index orders_refused;
