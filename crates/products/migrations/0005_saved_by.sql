-- Who saved a product's catalogue data last, and of which version that is told: of one that an older program has saved, it is not.
alter table product add column saved_by text;
alter table product add column saved_version bigint;
