-- Orders whose states are asked for two or three at once are found at once, however few they are.
create index orders_of_states on orders (status, payment_status, fulfilment_status, created_at, id);
-- Whether a parcel of an order has a word is told without its row.
drop index parcel_word_order;
create index parcel_word_order on parcel_word (order_id, word);
-- Drafts are passed over without their rows.
drop index orders_by_total;
drop index orders_by_updated;
create index orders_by_total on orders (total, id, status);
create index orders_by_updated on orders (updated_at, id, status);
