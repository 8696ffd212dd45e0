-- Finds the payment of a lost order by the part of the order's ID that a repeat of its placement gets again.
-- only postgres
create index payment_order_tail on payment (substring(uuid_send(order_id) from 9));
-- only sqlite
create index payment_order_tail on payment (substr(order_id, 9));
-- both
