-- What waits for somebody is counted and listed by the same words (crates/orders/src/store/waiting.rs): each kind has an
-- index that holds no other orders, and begins with what the words compare, so that it is the first choice. What is held or
-- packed does not wait to be packed. Those of before are dropped at the end, since nobody reads orders from then on until the
-- migration is over.
create index orders_unpacked on orders (status, fulfilment_status, packed, created_at, id)
    where status = 'confirmed' and fulfilment_status = 'unfulfilled' and packed = 0
      and hold_payment = false and hold_stock_short = false and hold_stock_missing = false and hold_manual = false;
create index orders_packed on orders (status, hold_payment, hold_stock_short, hold_stock_missing, hold_manual, created_at, id)
    where status = 'confirmed' and packed > 0
      and hold_payment = false and hold_stock_short = false and hold_stock_missing = false and hold_manual = false;
create index orders_on_hold on orders (created_at, id)
    where hold_payment or hold_stock_short or hold_stock_missing or hold_manual;
create index orders_turned_down on orders (status, payment_status, created_at, id)
    where status = 'pending' and payment_status = 'unpaid' and payment_id is not null;
