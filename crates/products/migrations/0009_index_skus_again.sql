-- Keys of SKUs fold wide and narrow forms, and hyphens that look alike: what is indexed is indexed again.
update product set indexed_version = null where indexed_version is not null;
