-- The catalogue, and each product's stock in figures.
create table product (
    id uuid primary key,
    sku text not null,
    name text not null,
    description text not null,
    -- addresses with what is to be seen there, in their order
    images jsonb not null,
    price bigint not null check (price >= 0),
    currency text not null,
    status text not null check (status in ('active', 'draft', 'deleted')),
    metadata jsonb not null,
    -- the name without case and accents: what lists are sorted by
    name_key text not null,
    backorder boolean not null,
    on_hand bigint not null check (on_hand >= 0),
    reserved bigint not null check (reserved >= 0),
    -- pieces missing for what is reserved, accepted by staff
    short bigint not null check (short >= 0),
    version bigint not null,
    stock_version bigint not null,
    -- how many events there have been of this product: their sequence
    told bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- the second wall: nothing is sold that is not there
    constraint product_not_oversold check (backorder or reserved <= on_hand + short)
);
-- only postgres
alter table product alter column name_key type text collate "C";
-- both
create unique index product_sku on product (sku) where status <> 'deleted';
-- a list for each status, in each order; deleted products keep their SKU
create index product_by_age on product (status, id);
create index product_by_name on product (status, name_key, id);
create index product_by_price on product (status, price, id);
create index product_by_sku on product (sku, id);

-- The words of each product's name, SKU and description, without case and accents: what a search looks into.
create table product_word (
    product_id uuid not null references product (id),
    word text not null,
    primary key (product_id, word)
);
-- only postgres
alter table product_word alter column word type text collate "C";
-- both
create index product_word_of on product_word (word, product_id);

-- The ledger: on hand is the sum of its rows, which are only ever added.
create table movement (
    seq bigserial primary key,
    id uuid not null unique,
    product_id uuid not null references product (id),
    delta bigint not null check (delta <> 0),
    on_hand bigint not null check (on_hand >= 0),
    reason text not null check (reason in ('receipt', 'adjustment', 'count', 'sale', 'found', 'restock')),
    -- for a sale: whose, and the pieces of this product that the placing has had shipped with it
    placement_id uuid,
    shipped bigint,
    actor text not null,
    note text,
    at timestamptz not null,
    check ((reason = 'sale') = (placement_id is not null and shipped is not null))
);
create index movement_of_product on movement (product_id, seq);
create unique index movement_sale on movement (placement_id, product_id, shipped) where reason = 'sale';

-- Every placing that was heard of. Whatever concerns a placing takes its row first, so that reserving,
-- releasing and what orders says of it come one after the other.
create table placement (
    id uuid primary key,
    -- released for ever: it never became an order, or its order has ended
    gone boolean not null,
    -- its order has been confirmed
    committed boolean not null,
    -- the newest version of its order that was heard (R3); 0: none
    version bigint not null,
    -- when its fate is asked about next; null: nothing of it is open
    ask_at timestamptz,
    -- how long it waited for that, in microseconds
    ask_step bigint not null,
    -- questions since the last answer that could be followed, and when the first of them was due
    asked_in_vain bigint not null,
    asked_since timestamptz,
    check ((asked_in_vain = 0) = (asked_since is null))
);
create index placement_due on placement (ask_at) where ask_at is not null;

-- What is reserved for a placing, product by product, with what was promised to the customer.
create table reservation (
    placement_id uuid not null references placement (id),
    product_id uuid not null references product (id),
    quantity bigint not null check (quantity >= 0),
    open bigint not null check (open >= 0),
    consumed bigint not null check (consumed >= 0),
    released bigint not null check (released >= 0),
    sku text not null,
    name text not null,
    price bigint not null,
    currency text not null,
    created_at timestamptz not null,
    primary key (placement_id, product_id),
    check (quantity = open + consumed + released)
);
create index reservation_of_product on reservation (product_id, created_at, placement_id) where open > 0;
