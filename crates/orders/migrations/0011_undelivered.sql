-- Orders of which a parcel could not be delivered and is not back: counted and listed by the same words as the others that
-- wait for somebody (crates/orders/src/store/waiting.rs).
create index orders_undelivered on orders (created_at, id) where failed > 0;
