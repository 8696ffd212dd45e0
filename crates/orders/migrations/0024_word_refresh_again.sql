-- Search words are folded more completely than in 0023 (ʻ, ʒ, tatweel): where that is done already, it is done once more.
insert into word_refresh (pass) select 1 where exists (select 1 from orders) and not exists (select 1 from word_refresh);
