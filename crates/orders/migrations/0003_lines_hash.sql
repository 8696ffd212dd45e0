-- What a placing remembers of the lines that its order was made with: by this the audit knows them, also where no answer
-- is stored. Null for a tombstone, and for what was placed before.
alter table placement add column lines_hash bytea;
