-- The payment of an order: one for each. Money in minor units of its currency.
create table payment (
    id uuid primary key,
    order_id uuid not null unique,
    user_id uuid not null,
    state text not null check (state in ('open', 'secured', 'closing_if_unpaid', 'closing_always', 'closed')),
    currency text not null,
    amount bigint not null check (amount >= 0),
    -- the smallest that the order has owed so far
    owed bigint not null check (owed >= 0),
    authorized bigint not null default 0 check (authorized >= 0),
    captured bigint not null default 0,
    -- the part of captured that was paid offline
    offline bigint not null default 0 check (offline >= 0 and offline <= captured),
    refunded bigint not null default 0,
    -- the part of refunded that was given back offline
    refunded_offline bigint not null default 0 check (refunded_offline >= 0 and refunded_offline <= refunded),
    claimed bigint not null default 0 check (claimed >= 0),
    -- 0 only within the transaction that opens it
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint payment_refunds check (refunded >= 0 and refunded + claimed <= captured)
);

-- An attempt at a payment.
create table attempt (
    id uuid primary key,
    payment_id uuid not null references payment (id),
    -- the key of whoever asked for it: the same key is the same attempt, for ever
    client_key uuid not null unique,
    body_hash bytea not null,
    method text not null,
    capture text not null check (capture in ('automatic', 'manual')),
    state text not null check (state in ('created', 'requires_action', 'submitting', 'unknown_submitting',
        'authorized', 'capturing', 'unknown_capturing', 'captured', 'voiding', 'unknown_voiding',
        'voided', 'failed', 'expired')),
    live boolean not null,
    -- its money came too late: all of it goes back
    surplus boolean not null,
    amount bigint not null check (amount > 0),
    authorized bigint not null,
    captured bigint not null check (captured >= 0 and captured <= authorized),
    to_capture bigint not null,
    charge text,
    action_url text,
    failure_code text,
    looks bigint not null,
    looked_at timestamptz not null,
    authorized_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
-- two tabs cannot pay twice
create unique index attempt_live on attempt (payment_id) where live;
create index attempt_payment on attempt (payment_id, id);
create index attempt_unresolved on attempt (looked_at)
    where state in ('created', 'submitting', 'unknown_submitting', 'capturing', 'unknown_capturing', 'voiding',
        'unknown_voiding');

-- A refund. It claims its amount until it has succeeded or is withdrawn.
create table refund (
    id uuid primary key,
    payment_id uuid not null references payment (id),
    -- none: money that was paid offline
    attempt_id uuid references attempt (id),
    client_key uuid unique,
    body_hash bytea,
    origin text not null check (origin in ('staff', 'cancellation', 'late_money')),
    amount bigint not null check (amount > 0),
    actor text not null,
    state text not null check (state in ('requested', 'submitting', 'succeeded', 'failed', 'unknown', 'withdrawn')),
    failures bigint not null,
    looks bigint not null,
    looked_at timestamptz not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index refund_payment on refund (payment_id, id);
create index refund_unresolved on refund (looked_at) where state in ('submitting', 'unknown');

-- What people wrote: all of it, and nowhere else. Erasing a row leaves the payment, its journal and the replay whole.
create table note (
    -- the refund that it is the reason of
    subject uuid primary key references refund (id),
    payment_id uuid not null references payment (id),
    text text not null
);
create index note_payment on note (payment_id);

-- Operations at the provider: each key is committed before the call, and never reused (R7).
create table operation (
    key text primary key,
    payment_id uuid not null references payment (id),
    -- the attempt or refund
    subject uuid not null,
    kind text not null check (kind in ('submit', 'capture', 'void', 'refund')),
    n bigint not null check (n >= 1),
    -- the key of whoever asked for it
    client_key uuid unique,
    refused boolean not null,
    created_at timestamptz not null,
    unique (subject, kind, n)
);
create index operation_payment on operation (payment_id);

-- The ledger: only added to. The rows of a set sum to zero.
create table posting (
    reason text not null check (reason in ('authorize', 'capture', 'release', 'offline', 'refund')),
    -- the attempt, refund or payment
    subject uuid not null,
    account text not null check (account in ('customer', 'authorized', 'provider', 'cash')),
    payment_id uuid not null references payment (id),
    amount bigint not null check (amount <> 0),
    currency text not null,
    at timestamptz not null,
    primary key (reason, subject, account)
);
create index posting_payment on posting (payment_id);

-- What providers told by themselves; each once.
create table provider_inbox (
    provider text not null,
    event_id text not null,
    key text not null,
    outcome text not null,
    received_at timestamptz not null,
    primary key (provider, event_id)
);
