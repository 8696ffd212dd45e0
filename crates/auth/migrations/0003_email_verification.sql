-- When a mail came to whoever has the account; null while nobody knows whether the address is theirs.
alter table account add column email_verified_at timestamptz;

-- Tries to verify an address. The code of the mail is made from the id and the installation's secret: it is nowhere.
create table email_verification (
    id uuid primary key,
    account uuid not null references account (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- when it was used, or the address verified by another one
    over_at timestamptz
);
create index email_verification_account on email_verification (account, created_at);
create index email_verification_expiry on email_verification (expires_at);
