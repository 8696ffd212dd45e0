-- The result of the last audit that was run from the console: one row for all services.
create table audit_report (
    single bigint primary key check (single = 1),
    at timestamptz not null,
    report jsonb not null
);
