-- Since when the database goes on from an older copy; nothing where it never was put back.
create table epoch (
    single bigint primary key check (single = 1),
    begun_at timestamptz not null
);
