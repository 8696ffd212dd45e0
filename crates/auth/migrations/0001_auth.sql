-- Accounts. All that names a person is in this one table, and in what goes with its rows (account_word, address), so
-- that erasing one touches nothing else.
create table account (
    id uuid primary key,
    username text,
    -- what the names are compared by: one spelling for all that look alike
    username_key text,
    email text,
    email_key text,
    name text,
    password_hash text not null,
    role text not null check (role in ('customer', 'staff', 'admin')),
    permissions jsonb not null,
    active boolean not null,
    version bigint not null check (version >= 1),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((username is null) = (username_key is null)),
    check ((email is null) = (email_key is null))
);
create unique index account_username on account (username_key);
create unique index account_email on account (email_key);
create index account_admin on account (id) where role = 'admin';
create index account_role on account (role, id);

-- The words by which an account is found: of its names and its e-mail address; without case and accents.
create table account_word (
    account uuid not null references account (id) on delete cascade,
    word text not null,
    primary key (account, word)
);
-- only postgres
alter table account_word alter column word type text collate "C";
-- both
create index account_word_of on account_word (word, account);

-- The addresses that an account keeps.
create table address (
    id uuid primary key,
    account uuid not null references account (id) on delete cascade,
    address jsonb not null,
    is_default boolean not null,
    version bigint not null check (version >= 1),
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index address_account on address (account, id);
create unique index address_default on address (account) where is_default;

-- Sessions: families of refresh tokens. A row stays until no token of it can be alive.
create table session (
    id uuid primary key,
    account uuid not null references account (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    -- when its tokens were last given out, to which client, and in which network: for its owner to know it by
    last_used_at timestamptz not null,
    user_agent text,
    network text
);
create index session_live on session (account, id) where ended_at is null;
create index session_expiry on session (expires_at);

-- Refresh tokens, by their SHA-256. One that was used stays, so that a second use is noticed.
create table refresh_token (
    hash bytea primary key,
    session uuid not null references session (id),
    used_at timestamptz,
    expires_at timestamptz not null
);
create index refresh_token_session on refresh_token (session);
create index refresh_token_expiry on refresh_token (expires_at);

-- API keys, by their SHA-256. One that was revoked stays, as long as whoever reads a log may ask what it was.
create table api_key (
    id uuid primary key,
    account uuid not null references account (id),
    hash bytea not null unique,
    name text not null,
    -- the end of the key, to know it by
    hint text not null,
    scopes jsonb not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_key_account on api_key (account) where revoked_at is null;

-- Ended sessions whose access tokens may still be alive. Positions are given out under the lock of
-- revocation_head: a reader that asks for "after my last one" must not miss one that commits late.
create table revocation (
    position bigint primary key,
    -- or an API key that was revoked, or whose maker may do something else now: the newest time that it was so
    session uuid not null unique,
    account uuid not null,
    at timestamptz not null
);
create index revocation_at on revocation (at);
create table revocation_head (
    id bigint primary key check (id = 1),
    position bigint not null
);
insert into revocation_head (id, position) values (1, 0);

-- Keys that sign access tokens. The secret half is sealed with a key of the installation's secret.
create table signing_key (
    -- each generation is made once, whoever else tries at the same time
    generation bigint primary key,
    kid text not null unique,
    x text not null,
    sealed bytea not null,
    created_at timestamptz not null,
    active_from timestamptz not null,
    -- when it no longer verifies; null until its successor is known
    retire_at timestamptz
);

-- Wishes for a new password. The code of the mail is made from the id and the installation's secret: it is nowhere.
create table password_reset (
    id uuid primary key,
    account uuid not null references account (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- when it was used, or a password chosen in another way
    over_at timestamptz
);
create index password_reset_account on password_reset (account, created_at);
create index password_reset_expiry on password_reset (expires_at);

-- Failed sign-ins, by a keyed hash of the name that was given, whether an account has it or not.
create table login_failure (
    name bytea primary key,
    failures bigint not null,
    last_at timestamptz not null,
    wait_until timestamptz not null
);
create index login_failure_last on login_failure (last_at);
