-- What SKUs are compared by, without case and kinds of blanks; and the version of the product that the key and the words are of.
-- A row that an older program has saved last is of another version: it is indexed again, and its key counts for nothing until then.
alter table product add column sku_key text;
alter table product add column indexed_version bigint;
-- only postgres
alter table product alter column sku_key type text collate "C";
create index product_to_index on product (id) where indexed_version is distinct from version;
-- only sqlite
create index product_to_index on product (id) where indexed_version is not version;
-- both
create unique index product_sku_key on product (sku_key) where status <> 'deleted' and indexed_version = version;
create index product_by_sku_key on product (sku_key, id);
