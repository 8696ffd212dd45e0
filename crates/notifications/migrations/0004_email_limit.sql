-- Emails that are still to be written, one row each, in the order of the events of the order or account that they are
-- about. A timer of the same resource writes them one after the other.
create table email_queue (
    seq bigserial primary key,
    about text not null,
    -- the service that published the event, and when the event happened
    producer text not null,
    happened_at timestamptz not null,
    -- IDs and amounts; nothing that names a person
    wanted jsonb not null
);
create index email_queue_about on email_queue (about, seq);

-- What the hourly limit counts by: one key for all spellings of a mailbox. Emails of older versions have none.
alter table mail add column mailbox text;
-- Which part of the limit the email counts towards; null: not limited.
alter table mail add column budget text;
-- Why the email was not sent; null: it was.
alter table mail add column suppressed text;
create index mail_budget on mail (mailbox, budget, created_at) where suppressed is null;
create index mail_suppressed on mail (id) where suppressed is not null;

-- Locks for counting: emails to one mailbox are counted one at a time, whichever replica writes them. The number of a
-- mailbox's lock is computed from its key.
create table mailbox_lock (
    id bigint primary key,
    locked bigint not null
);
insert into mailbox_lock (id, locked) values (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0),
    (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
