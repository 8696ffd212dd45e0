-- Money that the provider refuses to give back is handed over by people in the end, and a named person records it.
alter table refund add column by_hand boolean not null default false;
