-- Placings: one row is the idempotency record, the order's fate and the tombstone (order_id null: never).
-- The order and its tombstone contend for this one primary key. Kept for ever.
create table placement (
    id uuid primary key,
    caller text,
    body_hash bytea,
    order_id uuid,
    -- the answer without what names the person; null while the wish to pay has no outcome yet
    answer text,
    created_at timestamptz not null,
    check (order_id is null or (caller is not null and body_hash is not null))
);

-- only postgres
create sequence order_number start 1001;
-- only sqlite
create table order_number (only integer primary key check (only = 1), newest integer not null) strict;
insert into order_number (only, newest) values (1, 1000);
-- both

create table orders (
    id uuid primary key,
    number bigint not null unique,
    -- none for a draft
    placement_id uuid unique,
    user_id uuid not null,
    status text not null
        check (status in ('draft', 'pending', 'confirmed', 'completed', 'cancelling', 'cancelled', 'expired')),
    cancel_mode text check (cancel_mode in ('if_unpaid', 'always')),
    hold_payment boolean not null,
    hold_stock_short boolean not null,
    hold_stock_missing boolean not null,
    hold_manual boolean not null,
    currency text not null,
    total bigint not null check (total >= 0),
    owed bigint not null check (owed >= 0 and owed <= total),
    adjustments jsonb not null,
    metadata jsonb not null,
    -- its payment and its fulfilment in a word each, as computed when it was written (R1): what lists are filtered by
    payment_status text not null,
    fulfilment_status text not null,
    -- fulfilments that are packed and have not been shipped
    packed bigint not null check (packed >= 0),
    payment_due_at timestamptz,
    cancel_code text check (cancel_code in ('customer', 'staff', 'not_paid', 'stock_lost')),
    confirmed_at timestamptz,
    confirmed_secured bigint,
    confirmed_owed bigint,
    -- the newest figures of the payment that were heard (R3)
    payment_id uuid,
    payment_version bigint,
    payment_state text,
    payment_amount bigint,
    payment_owed bigint,
    payment_authorized bigint,
    payment_captured bigint,
    payment_offline bigint,
    payment_refunded bigint,
    payment_claimed bigint,
    payment_pending boolean,
    -- the same, as clients see it
    payment jsonb,
    -- why the payment that the order was placed with was not even tried
    payment_refused text check (payment_refused in ('unknown_payment_method')),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((status = 'cancelling') = (cancel_mode is not null)),
    check ((payment_version is null) = (payment_id is null))
);
-- a list for each filter that is asked for often, in each order
create index orders_by_created on orders (created_at, id);
create index orders_by_updated on orders (updated_at, id);
create index orders_by_total on orders (total, id);
create index orders_of_user_by_created on orders (user_id, created_at, id);
create index orders_of_user_by_updated on orders (user_id, updated_at, id);
create index orders_of_user_by_total on orders (user_id, total, id);
create index orders_of_status on orders (status, created_at, id);
create index orders_of_payment_status on orders (payment_status, created_at, id);
create index orders_of_fulfilment_status on orders (fulfilment_status, created_at, id);
create index orders_unpaid on orders (user_id) where status = 'pending';

create table order_line (
    id uuid primary key,
    order_id uuid not null references orders (id),
    place bigint not null,
    product_id uuid,
    title text not null,
    sku text,
    quantity bigint not null check (quantity > 0),
    unit_price bigint not null check (unit_price >= 0),
    open bigint not null check (open >= 0),
    cancelled bigint not null check (cancelled >= 0),
    shipped bigint not null,
    delivered bigint not null,
    returned bigint not null check (returned >= 0),
    unique (order_id, place),
    check (quantity = open + cancelled + shipped),
    check (shipped >= delivered and delivered >= returned)
);

-- The words by which an order is found: of its number, its id, its lines' titles and SKUs; without case and accents.
create table order_word (
    order_id uuid not null references orders (id),
    word text not null,
    primary key (order_id, word)
);
-- only postgres
alter table order_word alter column word type text collate "C";
-- both
create index order_word_of on order_word (word, order_id);

-- All that names a person, and all that people wrote. Erasing a row keeps the order, its journal and the replay
-- intact.
create table person (
    order_id uuid primary key,
    email text,
    name text,
    address jsonb,
    note text,
    -- what was written about the order's steps: [{"version", "about", "text"}]
    remarks jsonb not null
);

-- The words by which an order is found because of its person. They go with the person's row.
create table person_word (
    order_id uuid not null references person (order_id) on delete cascade,
    word text not null,
    primary key (order_id, word)
);
-- only postgres
alter table person_word alter column word type text collate "C";
-- both
create index person_word_of on person_word (word, order_id);

-- What staff have noted about orders. It goes with the person's row: people are named in it.
create table order_note (
    id uuid primary key,
    order_id uuid not null references person (order_id) on delete cascade,
    author uuid not null,
    text text not null,
    created_at timestamptz not null
);
create index order_note_order on order_note (order_id, id);

create table fulfilment (
    id uuid primary key,
    order_id uuid not null references orders (id),
    status text not null
        check (status in ('pending', 'packed', 'shipped', 'delivered', 'cancelled', 'failed', 'returned')),
    carrier text,
    tracking_number text,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index fulfilment_order on fulfilment (order_id, id);

create table fulfilment_line (
    fulfilment_id uuid not null references fulfilment (id),
    line_id uuid not null,
    quantity bigint not null check (quantity > 0),
    primary key (fulfilment_id, line_id)
);

-- The newest version of each product's stock that was heard, and the placings that its shortfall concerns.
create table stock_heard (
    product_id uuid primary key,
    version bigint not null
);
create table shortfall (
    product_id uuid not null,
    placement_id uuid not null,
    primary key (product_id, placement_id)
);
create index shortfall_placement on shortfall (placement_id);

-- Reservations of live orders that were lost, or made again: the newest that was heard of each.
create table reservation_heard (
    product_id uuid not null,
    placement_id uuid not null,
    version bigint not null,
    lost boolean not null,
    primary key (placement_id, product_id)
);
