-- What the installation's secret is known by, which does not tell it: whether a process was started with the same one.
create table secret_print (
    single bigint primary key check (single = 1),
    print bytea not null
);
