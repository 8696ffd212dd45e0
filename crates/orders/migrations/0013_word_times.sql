-- The words of orders know when their order was made, so that of a word that many have the newest are read alone, however many
-- they are. Rows that an older replica writes while it still runs know no time: their orders are asked for it.
drop index order_word_of;
drop index person_word_of;
drop index parcel_word_of;
alter table order_word add column created_at timestamptz;
alter table person_word add column created_at timestamptz;
alter table parcel_word add column created_at timestamptz;
update order_word set created_at = o.created_at from orders o where o.id = order_word.order_id;
update person_word set created_at = o.created_at from orders o where o.id = person_word.order_id;
update parcel_word set created_at = o.created_at from orders o where o.id = parcel_word.order_id;
create index order_word_by_time on order_word (word, created_at, order_id);
create index person_word_by_time on person_word (word, created_at, order_id);
create index parcel_word_by_time on parcel_word (word, created_at, order_id);
create index order_word_of_no_time on order_word (word) where created_at is null;
create index person_word_of_no_time on person_word (word) where created_at is null;
create index parcel_word_of_no_time on parcel_word (word) where created_at is null;
