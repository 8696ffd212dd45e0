-- What the orders that were made in an hour come to: changed with each of them, in its transaction. Of one hour there are
-- several rows, so that orders of the same moment do not wait for one another; which one an order has follows from its id.
create table order_sum (
    begins timestamptz not null,
    currency text not null,
    part bigint not null,
    orders bigint not null,
    paid bigint not null,
    revenue bigint not null,
    primary key (begins, currency, part)
);
-- only postgres
insert into order_sum (begins, currency, part, orders, paid, revenue)
select date_trunc('hour', created_at, 'UTC'), currency, 0, count(*),
       count(*) filter (where status in ('confirmed', 'completed')),
       coalesce(sum(greatest(0, least(owed, coalesce(payment_authorized, 0) + coalesce(payment_captured, 0)
           - coalesce(payment_refunded, 0)))) filter (where status in ('confirmed', 'completed')), 0)
from orders where status <> 'draft' group by 1, 2;
-- only sqlite
insert into order_sum (begins, currency, part, orders, paid, revenue)
select created_at - created_at % 3600000000, currency, 0, count(*),
       count(*) filter (where status in ('confirmed', 'completed')),
       coalesce(sum(max(0, min(owed, coalesce(payment_authorized, 0) + coalesce(payment_captured, 0)
           - coalesce(payment_refunded, 0)))) filter (where status in ('confirmed', 'completed')), 0)
from orders where status <> 'draft' group by 1, 2;
-- both

-- What staff are told of first: each kind is counted by an index that holds no other orders.
create index orders_to_pack on orders (status, fulfilment_status, created_at)
    where status = 'confirmed' and fulfilment_status = 'unfulfilled';
create index orders_held on orders (created_at)
    where hold_payment or hold_stock_short or hold_stock_missing or hold_manual;
create index orders_expiring on orders (status, payment_due_at) where status = 'pending';
create index orders_refused on orders (status, payment_status)
    where status = 'pending' and payment_status = 'unpaid' and payment_id is not null;
