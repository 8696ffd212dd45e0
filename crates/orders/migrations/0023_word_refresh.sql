-- Search words are folded more completely than before ("Łódź" is found by "lodz"): those of all orders are written again in the
-- background. No row where there is nothing to do.
create table word_refresh (
    pass bigint not null,
    -- the last one whose words were written
    after uuid
);
insert into word_refresh (pass) select 1 where exists (select 1 from orders);
