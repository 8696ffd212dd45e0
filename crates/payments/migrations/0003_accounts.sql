-- Which account has an order that a guest has placed. Its payment tells of the guest for ever.
create table order_account (
    order_id uuid primary key,
    account_id uuid not null
);
