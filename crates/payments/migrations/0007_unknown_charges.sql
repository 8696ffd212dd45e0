-- Charges that the provider has made and Ordo has forgotten, since its database goes on from an older copy. Money in minor units.
create table unknown_charge (
    id uuid primary key,
    -- the key that it was made with; once an operation has it, the charge is known
    key text not null unique,
    -- the provider's name for it
    reference text not null,
    order_id uuid not null,
    currency text not null,
    amount bigint not null,
    captured bigint not null,
    refunded bigint not null,
    -- as the provider has last said
    standing text not null check (standing in ('pending', 'authorized', 'captured', 'ended')),
    created_at timestamptz not null,
    found_at timestamptz not null,
    -- who has asked to give it back
    refund_by text,
    -- how often giving it back was finally refused, each time under a key of its own
    refusals bigint not null default 0,
    -- since when it holds no money
    settled_at timestamptz
);
create index unknown_charge_open on unknown_charge (created_at, id) where settled_at is null;
create index unknown_charge_order on unknown_charge (order_id);
