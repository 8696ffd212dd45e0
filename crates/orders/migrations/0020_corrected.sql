-- With which versions of its order a fulfilment was corrected, as its history has it: who did it, and when, is told there.
alter table fulfilment add column corrected_with jsonb not null default '[]';
-- What stands to be packed beside what is packed already: an order of which a part is packed or was sent waits for that, too
-- (crates/orders/src/store/waiting.rs). Where nothing is packed, its state tells it.
alter table orders add column rest_to_pack boolean not null default false;
update orders set rest_to_pack = true where status = 'confirmed' and packed > 0
    and (select sum(l.open) from order_line l where l.order_id = orders.id)
      > (select sum(l.quantity) from fulfilment f join fulfilment_line l on l.fulfilment_id = f.id
         where f.order_id = orders.id and f.status = 'packed');
drop index orders_unpacked;
create index orders_to_pack on orders (status, hold_payment, hold_stock_short, hold_stock_missing, hold_manual, created_at, id)
    where status = 'confirmed'
      and (rest_to_pack or packed = 0 and fulfilment_status in ('unfulfilled', 'partially_shipped'))
      and hold_payment = false and hold_stock_short = false and hold_stock_missing = false and hold_manual = false;
-- What is to be paid: what was never paid, and what is to be paid again as the money that was promised lapsed.
drop index orders_expiring;
create index orders_to_be_paid on orders (created_at, id)
    where (status = 'pending' or (payment_due_at is not null and status <> 'cancelling' and status <> 'completed'));
-- Those that are over unless they are paid in time, by when: those that are soon are counted, however many wait.
create index orders_due on orders (payment_due_at)
    where payment_due_at is not null and status <> 'cancelling' and status <> 'completed';
