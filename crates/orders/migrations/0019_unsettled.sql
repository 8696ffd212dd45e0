-- What waits for somebody, and nothing said so yet (crates/orders/src/store/waiting.rs): how many parcels of an order stand packed
-- though it was cancelled, each noted with itself; that pieces came back and their money is kept, without what had gone back for
-- something else before a parcel failed; and since when money is on its way back. Each is noted with the next change of an order.
alter table fulfilment add column to_unpack boolean not null default false;
alter table orders add column to_unpack bigint not null default 0;
alter table orders add column unreturned boolean not null default false;
alter table orders add column back_before bigint not null default 0;
alter table orders add column refunding_since timestamptz;
create index orders_to_unpack on orders (created_at, id) where to_unpack > 0;
create index orders_unreturned on orders (created_at, id) where unreturned;
create index orders_refunding on orders (created_at, id)
    where refunding_since is not null and payment_claimed > 0 and payment_offline = 0;
-- What came back before is noted at once where its order is not over: such an order completes by itself once its money is back.
update orders set unreturned = true where status = 'confirmed'
    and exists (select 1 from order_line l where l.order_id = orders.id and l.undelivered > 0);
