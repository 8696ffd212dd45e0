-- Which kinds of attention an order needs, as a mask of bits (crates/orders/src/attention.rs names them). The database computes it
-- from the row whenever the row is written, so that it is also right for what a replica of an older version writes. On SQLite it is a
-- generated column; on PostgreSQL such a column would rewrite the table, and a trigger sets it. The predicates are written once, here.
-- Only the kinds that do not depend on the clock have a bit: of those that do, lists and counts compare a column beside it.

-- only sqlite
alter table orders add column attention integer not null generated always as (
-- only postgres
alter table orders add column attention bigint not null default 0;
do $migration$
declare mask text := $mask$
-- both
    -- to_pack
    case when status = 'confirmed' and (rest_to_pack or packed = 0 and fulfilment_status in ('unfulfilled', 'partially_shipped'))
        and not (hold_payment or hold_stock_short or hold_stock_missing or hold_manual) then 1 else 0 end
    -- packed
    + case when status = 'confirmed' and packed > 0
        and not (hold_payment or hold_stock_short or hold_stock_missing or hold_manual) then 2 else 0 end
    -- partially_shipped
    + case when fulfilment_status = 'partially_shipped' then 4 else 0 end
    -- undelivered
    + case when failed > 0 then 8 else 0 end
    -- to_hand_back
    + case when payment_offline > 0 and payment_claimed > 0 then 16 else 0 end
    -- came_back
    + case when unreturned then 32 else 0 end
    -- to_unpack
    + case when to_unpack > 0 then 64 else 0 end
    -- a refund is on its way: refund_delayed since refunding_since
    + case when refunding_since is not null and payment_claimed > 0 and payment_offline = 0 then 128 else 0 end
    -- on_hold
    + case when hold_payment or hold_stock_short or hold_stock_missing or hold_manual then 256 else 0 end
    -- unpaid
    + case when status = 'pending' or payment_due_at is not null and status not in ('cancelling', 'completed') then 512 else 0 end
    -- it is over unless it is paid in time: unpaid_expiring by payment_due_at
    + case when payment_due_at is not null and status not in ('cancelling', 'completed') then 1024 else 0 end
    -- payment_refused
    + case when status = 'pending' and payment_status = 'unpaid' and payment_id is not null then 2048 else 0 end
    -- payment_pending
    + case when payment_status = 'pending' then 4096 else 0 end
    -- cancelling
    + case when status = 'cancelling' then 8192 else 0 end
-- only sqlite
) virtual;
-- only postgres
$mask$;
begin
    execute 'create function set_attention() returns trigger language plpgsql as $body$ begin
        select ' || mask || ' into new.attention from (select new.*) as written;
        return new;
    end $body$';
    -- most orders need no attention, and are not written
    execute 'update orders set attention = ' || mask || ' where ' || mask || ' <> 0';
end $migration$;
create trigger set_attention before insert or update on orders for each row execute function set_attention();
-- both

-- Only the orders that need attention, which are few. A kind is a range for each mask that has its bit; few masks exist at a time.
-- With payment_due_at, so that those that expire soon are counted without their rows.
create index orders_attention on orders (attention, created_at, id, payment_due_at) where attention > 0;

-- A customer's orders by when they were made, as a range for each status, and how many are unpaid. After the column: an index that is
-- made first takes a weaker lock, and whoever writes then waits with a lock of its own, for which the column would wait in turn.
create index orders_of_user_by_status on orders (user_id, status, created_at, id);
