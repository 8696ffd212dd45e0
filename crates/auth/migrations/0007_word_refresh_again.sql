-- Search words are folded more completely than in 0005 (ʻ, ʒ, tatweel): where that is done already, it is done once more.
insert into word_refresh (pass) select 1 where exists (select 1 from account) and not exists (select 1 from word_refresh);
