-- The integers by which the originals name what has an id in Ordo. Each space counts by itself, from 1: users of one
-- façade, its orders, or one user's orders. A number is given once, whatever becomes of what it names.
create table numbered (
    space text not null,
    n bigint not null check (n >= 1),
    id uuid not null,
    primary key (space, n)
);
create unique index numbered_id on numbered (space, id);
create table newest_number (
    space text primary key,
    n bigint not null
);

-- Where the users of two-vm live, as they wrote it. It names persons, as nothing else here does.
create table address (
    user_id uuid primary key,
    address text not null
);
