-- Which provider an attempt is made at. There was one before this was noted.
alter table attempt add column provider text not null default 'simulator';
