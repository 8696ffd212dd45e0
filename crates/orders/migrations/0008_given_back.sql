-- Whether what holds an order manually is that all of its money went back, and not a reason of staff's own. Null: nobody has
-- noted it, since it is older than this column; then the words that were written about the hold say it.
alter table orders add column hold_given_back boolean;
