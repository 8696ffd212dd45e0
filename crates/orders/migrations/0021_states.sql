-- Orders whose states are asked for two or three at once are found at once, however few they are.
create index orders_of_states on orders (status, payment_status, fulfilment_status, created_at, id);
-- In these lists drafts are passed over without their rows.
create index orders_by_total_and_status on orders (total, id, status);
create index orders_by_updated_and_status on orders (updated_at, id, status);
-- Whether a parcel of an order has a word is told without its row.
create index parcel_word_of_order on parcel_word (order_id, word);
