-- The part of the order's ID that a repeat of its placement gets again. The next search fills it in where the charge is open.
alter table unknown_charge add column order_tail bigint;
create index unknown_charge_tail on unknown_charge (order_tail);
drop index unknown_charge_order;
