-- Where a name has signed in: by a keyed hash of the name and the client's network.
create table login_network (
    name bytea primary key,
    last_at timestamptz not null
);
create index login_network_last on login_network (last_at);

-- The SHA-256 of the token with which the first administrator can be made; none once it has been used.
create table setup (
    id bigint primary key check (id = 1),
    token_hash bytea not null
);
