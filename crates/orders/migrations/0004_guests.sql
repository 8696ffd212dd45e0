-- As whom a guest has placed an order; null where somebody with an account did. While no account has it, user_id is the same.
alter table orders add column guest_id uuid;

-- Guests' orders that no account has yet, by what their addresses are compared by. They go with the person's row.
create table guest_order (
    order_id uuid primary key references person (order_id) on delete cascade,
    email_key text not null
);
create index guest_order_email on guest_order (email_key, order_id);
