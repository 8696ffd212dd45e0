-- What of the captured money came too late to pay for the order: all of it goes back. Null where there is none.
alter table orders add column payment_surplus bigint;

-- Units that came back without having arrived: a part of returned. Of those that came back before, nobody has noted it.
alter table order_line add column undelivered bigint not null default 0;
