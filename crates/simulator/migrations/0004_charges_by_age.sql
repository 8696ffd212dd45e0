-- Charges are listed by when they were made.
create index charge_age on charge (created_at, id);
