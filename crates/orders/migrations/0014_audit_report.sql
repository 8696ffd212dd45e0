-- How the last audit ended that was run from the console: one row, of all services, kept here since orders is what it is about.
create table audit_report (
    single bigint primary key check (single = 1),
    at timestamptz not null,
    report jsonb not null
);
