-- Orders of which money that was paid offline is to be handed back: counted and listed by the same words as the others that wait
-- for somebody (crates/orders/src/store/waiting.rs).
create index orders_to_hand_back on orders (created_at, id) where payment_offline > 0 and payment_claimed > 0;
