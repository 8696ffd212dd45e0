-- How much of a product is left, roughly: 0 for nothing, and one more for each doubling (1, 2 to 3, 4 to 7, ... 128 and more).
-- What is nearly gone is found by it. It changes seldom, so that an order that reserves changes no index on PostgreSQL.
-- only sqlite
alter table product add column stock_level integer generated always as (
    case when on_hand - reserved <= 0 then 0 when on_hand - reserved < 2 then 1 when on_hand - reserved < 4 then 2
         when on_hand - reserved < 8 then 3 when on_hand - reserved < 16 then 4 when on_hand - reserved < 32 then 5
         when on_hand - reserved < 64 then 6 when on_hand - reserved < 128 then 7 else 8 end) virtual;
-- only postgres
alter table product add column stock_level bigint generated always as (
    case when on_hand - reserved <= 0 then 0 when on_hand - reserved < 2 then 1 when on_hand - reserved < 4 then 2
         when on_hand - reserved < 8 then 3 when on_hand - reserved < 16 then 4 when on_hand - reserved < 32 then 5
         when on_hand - reserved < 64 then 6 when on_hand - reserved < 128 then 7 else 8 end) stored;
-- both
create index product_by_level on product (status, stock_level, id);
