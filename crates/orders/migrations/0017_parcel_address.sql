-- Where a parcel was sent: the order's address when it shipped. It names a person, and goes with the person's row. The version counts
-- the steps of the parcel when it shipped, without corrections: once it has been sent again by an older replica, which writes nothing here, the row tells nothing.
create table parcel_address (
    fulfilment_id uuid primary key references fulfilment (id),
    order_id uuid not null references person (order_id) on delete cascade,
    version bigint not null,
    address jsonb not null
);
create index parcel_address_order on parcel_address (order_id);
