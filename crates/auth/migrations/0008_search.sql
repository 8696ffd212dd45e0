-- The index of `crates/search` starts with the existing words of accounts, and is then rebuilt in the background.
-- only sqlite
insert into search_entry (seq, id)
    with recursive place (n) as (select 1 union all select n + 1 from place where n < 15),
         digits (id, digits) as (select id, substr(hex(id), 1, 12) || substr(hex(id), 14, 3) from account),
         numbered (id, seq) as (select id, sum((instr('0123456789ABCDEF', substr(digits, n, 1)) - 1) << (63 - 4 * n))
                                from digits cross join place group by id)
    select seq + row_number() over (partition by seq order by id) - 1 as seq, id from numbered;
insert into search_text (rowid, tokens)
    select e.seq, group_concat(w.word, ' ') from search_entry e join account_word w on w.account = e.id group by e.seq;
-- 0.1.0 does not open this database any more, and nothing else reads these rows
delete from account_word;
-- only postgres
insert into search_entry (id, tokens) select account, array_to_tsvector(array_agg(word)) from account_word group by account;
-- Replicas of 0.1.0 that still run search in `account_word`, and write the words of new accounts there: triggers synchronize both.
create function keep_account_words() returns trigger language plpgsql as $$
begin
    delete from account_word where account = new.id;
    insert into account_word (account, word) select new.id, word from unnest(tsvector_to_array(new.tokens)) as word;
    return null;
end
$$;
create trigger keep_account_words after insert or update on search_entry for each row when (pg_trigger_depth() = 0)
    execute function keep_account_words();
create function index_account_words() returns trigger language plpgsql as $$
begin
    insert into search_entry (id, tokens) select account, array_to_tsvector(array_agg(word)) from fresh group by account
        on conflict (id) do update set tokens = excluded.tokens;
    return null;
end
$$;
create trigger index_account_words after insert on account_word referencing new table as fresh for each statement
    when (pg_trigger_depth() = 0) execute function index_account_words();
-- Deleting an account deletes its index entry.
create function remove_account_from_index() returns trigger language plpgsql as $$
begin
    delete from search_entry where id = old.id;
    return null;
end
$$;
create trigger remove_account_from_index after delete on account for each row execute function remove_account_from_index();
-- both
drop table word_refresh;
