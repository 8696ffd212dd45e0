-- What those of 0021 took the place of. By itself, so that nobody who writes orders waits while indexes are built; and orders first,
-- as whoever writes words of parcels has locked an order before.
drop index orders_by_total;
drop index orders_by_updated;
drop index parcel_word_order;
