-- What the provider remembers of a charge by its keys is laid beside what stands in the charge.
create index known_key_of_charge on known_key (charge_id);
