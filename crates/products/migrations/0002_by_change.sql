-- Lists of what has changed in the catalogue since somebody looked.
create index product_by_change on product (status, updated_at, id);
