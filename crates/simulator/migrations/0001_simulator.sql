-- What the simulated provider has charged. Money in minor units.
create table charge (
    id uuid primary key,
    -- the key that it was made with
    key text not null unique,
    order_id uuid not null,
    currency text not null,
    capture text not null check (capture in ('automatic', 'manual')),
    amount bigint not null check (amount > 0),
    captured bigint not null default 0,
    refunded bigint not null default 0,
    state text not null check (state in ('requires_action', 'processing', 'authorized', 'captured', 'failed',
        'voided', 'expired')),
    failure text,
    -- what is refused once, when it is asked for
    refuses text check (refuses in ('void', 'refund')),
    created_at timestamptz not null,
    constraint charge_sums check (captured >= 0 and captured <= amount and refunded >= 0 and refunded <= captured)
);
create index charge_order on charge (order_id);

-- Every key that it has heard of: what was done under it, or that it will be refused.
create table known_key (
    key text primary key,
    operation text not null check (operation in ('submit', 'capture', 'void', 'refund')),
    -- none: refused before there was a charge
    charge_id uuid,
    amount bigint,
    refused boolean not null
);

-- What it will do later: a request that arrives late, a charge that settles, a webhook.
create table job (
    id uuid primary key,
    kind text not null check (kind in ('deliver', 'settle', 'webhook')),
    key text not null,
    -- of a webhook
    event_id text,
    outcome text,
    -- of a request that arrives late
    order_id uuid,
    currency text,
    capture text,
    amount bigint,
    due_at timestamptz not null,
    tries bigint not null default 0
);
create index job_due on job (due_at);
