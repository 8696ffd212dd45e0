-- The public log: every event of every service, once. The effect of hearing one is keyed by its id.
create table public_event (
    seq bigserial primary key,
    id uuid not null unique,
    type text not null,
    subject text not null,
    sequence bigint not null,
    -- whom it concerns, where it names a person
    user_id uuid,
    time timestamptz not null,
    -- the whole event, as it is shown
    body jsonb not null,
    -- its place in the log, given after the commit: a lower seq may commit later
    position bigint unique
);
create index public_event_unplaced on public_event (time, seq) where position is null;
create index public_event_type on public_event (type, position);
create index public_event_subject on public_event (subject, position);
create index public_event_user on public_event (user_id, position);

-- The newest place that has been given out; one row.
create table public_log (
    single bigint primary key check (single = 1),
    head bigint not null
);
insert into public_log (single, head) values (1, 0);

-- Of each order, payment and refund, up to which version its events need not be in the log any more: a version that
-- is missing there is no gap. One row for each, for ever.
create table forgotten_version (
    subject text primary key,
    version bigint not null
);

-- The built-in mailbox. All that names a person is in this table.
create table mail (
    id uuid primary key,
    -- the aggregate of the event that it tells of, and that aggregate's version then
    aggregate text not null,
    version bigint not null,
    template text not null,
    -- the resource that people look for: the order, for a shipment or a refund too
    about text not null,
    recipient text not null check (recipient <> ''),
    subject text not null,
    body text not null,
    created_at timestamptz not null,
    -- one mail for each aggregate, kind and version (R3)
    unique (aggregate, template, version)
);
create index mail_recipient on mail (recipient, id);
create index mail_about on mail (about, id);
