-- Search words are folded more completely than in 0007 (ʻ, ʒ, tatweel), and invisible characters are left out of keys of SKUs: what
-- is indexed is indexed again.
update product set indexed_version = null where indexed_version is not null;
