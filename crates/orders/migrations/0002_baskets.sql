-- What somebody means to order. A guest's basket has no user: whoever knows its id, whose bits are random, has it.
create table basket (
    id uuid primary key,
    user_id uuid,
    status text not null check (status in ('open', 'placed', 'merged')),
    -- the order that it became
    order_id uuid,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null,
    check ((status = 'placed') = (order_id is not null))
);
-- a user has one open basket
create unique index basket_open_of_user on basket (user_id) where status = 'open';

create table basket_line (
    basket_id uuid not null references basket (id) on delete cascade,
    product_id uuid not null,
    place bigint not null,
    -- what the product was called: of what has gone, that is all there is to say
    title text not null,
    quantity bigint not null check (quantity > 0),
    -- the price of one that was shown; what counts is the price at placing
    unit_price bigint not null check (unit_price >= 0),
    primary key (basket_id, product_id)
);
