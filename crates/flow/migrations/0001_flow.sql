-- The journal, which is the outbox too: one row for each event, written with the change that it tells of.
create table event (
    seq bigserial primary key,
    id uuid not null unique,
    type text not null,
    subject text not null,
    sequence bigint not null,
    time timestamptz not null,
    correlation text,
    causation text,
    traceparent text,
    actor text not null,
    data jsonb not null,
    -- its place in the feed, given by the publisher after the commit: a lower seq may commit later
    position bigint unique,
    sent boolean not null default false
);
create index event_subject on event (subject, sequence);
create index event_unplaced on event (seq) where position is null;
create index event_unsent on event (position) where not sent;

-- The newest position that has been given out; one row.
create table feed (
    single bigint primary key check (single = 1),
    head bigint not null,
    -- the replica that is sending, and until when it can be believed to
    holder uuid,
    held_until timestamptz
);
insert into feed (single, head) values (1, 0);

-- How far each producer's feed has been heard; of several replicas one at a time hears it.
create table heard (
    producer text primary key,
    position bigint not null,
    -- rises with each replica that takes over, and so fences the one before
    turn bigint not null default 0,
    holder uuid,
    held_until timestamptz
);

-- Events that could not be acted on; looked at and replayed by people.
create table dead_letter (
    event_id uuid primary key,
    producer text not null,
    position bigint not null,
    body jsonb not null,
    error text not null,
    at timestamptz not null,
    seen boolean not null default false,
    -- somebody wants it to be acted on once more
    replay boolean not null default false
);
create index dead_letter_unseen on dead_letter (at) where not seen;
create index dead_letter_wanted on dead_letter (position) where replay;

-- What is to be done, and when. A row is there until its work is done.
create table timer (
    kind text not null,
    key text not null,
    due_at timestamptz not null,
    tries bigint not null default 0,
    payload jsonb not null,
    -- why its work cannot be done, where the newest try has found that
    error text,
    primary key (kind, key)
);
create index timer_due on timer (due_at);
create index timer_due_of_kind on timer (kind, due_at);

-- Idempotency keys: bound to account, route and body for ever; the stored answer is given again for a day.
create table idempotency (
    id uuid primary key,
    body_hash bytea not null,
    -- who asks another service for the effect, until one of them is answered
    claimant uuid,
    resource text,
    answer text,
    created_at timestamptz not null
);
create index idempotency_answered on idempotency (created_at) where answer is not null;
