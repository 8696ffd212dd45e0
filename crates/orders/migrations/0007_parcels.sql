-- Units in fulfilments that are pending or packed, and units whose fulfilment could not be delivered and is not back: what is
-- offered for an order follows from them.
alter table orders add column allocated bigint not null default 0;
alter table orders add column failed bigint not null default 0;

update orders set
    allocated = (
        select coalesce(sum(l.quantity), 0) from fulfilment f join fulfilment_line l on l.fulfilment_id = f.id
        where f.order_id = orders.id and f.status in ('pending', 'packed')
    ),
    failed = (
        select coalesce(sum(l.quantity), 0) from fulfilment f join fulfilment_line l on l.fulfilment_id = f.id
        where f.order_id = orders.id and f.status = 'failed'
    )
where exists (
    select 1 from fulfilment f where f.order_id = orders.id and f.status in ('pending', 'packed', 'failed')
);
