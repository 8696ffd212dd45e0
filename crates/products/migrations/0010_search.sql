-- The index of `crates/search` starts with the existing words of products, so that searches find the same ones, and is then rebuilt
-- in the background.
-- only sqlite
insert into search_entry (seq, id)
    with recursive place (n) as (select 1 union all select n + 1 from place where n < 15),
         digits (id, digits) as (select id, substr(hex(id), 1, 12) || substr(hex(id), 14, 3) from product),
         numbered (id, seq) as (select id, sum((instr('0123456789ABCDEF', substr(digits, n, 1)) - 1) << (63 - 4 * n))
                                from digits cross join place group by id)
    select seq + row_number() over (partition by seq order by id) - 1 as seq, id from numbered;
insert into search_text (rowid, tokens)
    select e.seq, group_concat(w.word, ' ') from search_entry e join product_word w on w.product_id = e.id group by e.seq;
-- 0.1.0 does not open this database any more, and nothing else reads these rows
delete from product_word;
-- only postgres
insert into search_entry (id, tokens) select product_id, array_to_tsvector(array_agg(word)) from product_word group by product_id;
-- Replicas of 0.1.0 that still run search in `product_word`, which a trigger maintains.
create function keep_product_words() returns trigger language plpgsql as $$
begin
    delete from product_word where product_id = new.id;
    insert into product_word (product_id, word)
        select new.id, word from unnest(tsvector_to_array(new.tokens)) as word where word not like '·%';
    return null;
end
$$;
create trigger keep_product_words after insert or update on search_entry for each row execute function keep_product_words();
-- both
