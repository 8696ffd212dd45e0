-- Whether an operation was not sent, because the provider could not be reached: that is not the provider's refusal.
alter table operation add column unsent boolean not null default false;
