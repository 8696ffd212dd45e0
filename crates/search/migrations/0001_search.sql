-- The full-text index of a service's rows. Each database stores it in its own form, so `ordo migrate-data` skips tables named
-- `search_…`, and the index is rebuilt after the move.
-- only sqlite
-- `seq` follows the creation time of rows, as IDs do
create table search_entry (seq integer primary key, id blob not null unique) strict;
-- contains neither the text nor positions of words; tokens come from Rust code, separated by spaces
create virtual table search_text using fts5(tokens, content='', contentless_delete=1, detail=column, tokenize='ascii', prefix='1 2 3');
-- only postgres
create table search_entry (id uuid primary key, tokens tsvector not null);
create index search_entry_tokens on search_entry using gin (tokens);
-- both
-- Words that can replace misspelt search words, by length.
create table search_word (letters bigint not null, word text not null, primary key (letters, word));
-- only postgres
alter table search_word alter column word type text collate "C";
-- both
-- The tokenizer of the rows, and the progress of a rebuild: pass 3 means that it is complete.
create table search_build (single bigint primary key check (single = 1), tokenizer text not null, pass bigint not null, after uuid);
