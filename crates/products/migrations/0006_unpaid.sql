-- Who holds a reservation whose order is not paid yet, where the limits of unpaid orders apply to it; null once it is paid. What an
-- older program reserves counts for nobody.
alter table reservation add column unpaid_by uuid;
alter table reservation add column unpaid_guest boolean;
create index reservation_unpaid on reservation (product_id, unpaid_by, unpaid_guest, open) where unpaid_by is not null and open > 0;
