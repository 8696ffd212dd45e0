//! Writes the index, and finds rows in it.

use crate::{Document, Query};
use db::{Db, Engine, Param, Result, Tx, params, statements};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Maximum number of rows that a search ranks.
pub const CANDIDATES_MAX: usize = 1000;

statements! {
    /// Numbers a new row on SQLite, where `WRITE` needs the number: a free one at or after [`sequence_number`]. PostgreSQL
    /// has no numbers.
    ADD_ENTRY = {
        sqlite: "insert into search_entry (seq, id) select coalesce(max(seq) + 1, $2), $1 from search_entry
                     where seq >= $2 and seq < $2 + 4096
                 on conflict (id) do nothing",
        postgres: "insert into search_entry (id, tokens) values ($1, '') on conflict (id) do nothing",
    };
    WRITE = {
        sqlite: "insert or replace into search_text (rowid, tokens) select seq, $2 from search_entry where id = $1",
        postgres: "insert into search_entry (id, tokens) values ($1, cast(cast($2 as text) as tsvector))
                   on conflict (id) do update set tokens = excluded.tokens",
    };
    /// The words are sorted, so that two replicas cannot deadlock.
    ADD_VOCABULARY = "insert into search_word (letters, word)
             select length(value.value), value.value from unnest(cast($1 as text[])) as value where true
             on conflict do nothing";
    /// The newest rows whose titles match, and the newest that match at all. PostgreSQL finds all matches before it sorts them: a
    /// scan of all rows from the newest on takes longer, the rarer a word is.
    FIND = {
        sqlite: "select e.id, 1 as is_title from (select rowid as seq from search_text where tokens match $1 order by rowid desc limit $3) as few
                     join search_entry e on e.seq = few.seq
                 union all
                 select e.id, 0 as is_title from (select rowid as seq from search_text where tokens match $2 order by rowid desc limit $3) as few
                     join search_entry e on e.seq = few.seq",
        postgres: "with titled as materialized (select id from search_entry where tokens @@ cast(cast($1 as text) as tsquery)),
                       matching as materialized (select id from search_entry where tokens @@ cast(cast($2 as text) as tsquery))
                   select id, 1 as is_title from (select id from titled order by id desc limit $3) as few
                   union all
                   select id, 0 as is_title from (select id from matching order by id desc limit $3) as few",
    };
    FIND_NEWEST = {
        sqlite: "select e.id from (select rowid as seq from search_text where tokens match $1
                     and rowid < coalesce((select seq from search_entry where id = $2), $3) order by rowid desc limit $4) as few
                 join search_entry e on e.seq = few.seq order by few.seq desc",
        postgres: "with matching as materialized (select id from search_entry
                       where tokens @@ cast(cast($1 as text) as tsquery) and id < $2 and cast($3 as bigint) is not null)
                   select id from matching order by id desc limit $4",
    };
}

/// A number that follows the creation time in a UUID of version 7: its first 60 bits without the version. Few rows have the same
/// one, and the 7 numbers after each are free.
fn sequence_number(id: Uuid) -> i64 {
    let (millis, random) = (id.as_u128() >> 80, (id.as_u128() >> 64) & 0xfff);
    i64::try_from((millis << 12 | random) << 3).unwrap_or(i64::MAX)
}

/// Rows that match a query, to be ranked.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// At most [`CANDIDATES_MAX`]: rows whose titles match before others, newer rows before older ones.
    pub ids: Vec<Uuid>,
    /// Whether more rows match.
    pub is_partial: bool,
}

/// Writes the tokens of a row into the index, and replaces its previous ones.
///
/// # Errors
/// Those of [`Tx::run`].
pub async fn write(tx: &mut Tx, id: Uuid, document: &Document) -> Result<()> {
    let (between, around) = match tx.engine() {
        Engine::Sqlite => {
            tx.run(&ADD_ENTRY, params![id, sequence_number(id)]).await?;
            (" ", "")
        }
        Engine::Postgres => ("' '", "'"),
    };
    let tokens = document.tokens().collect::<Vec<_>>().join(between);
    tx.run(&WRITE, params![id, format!("{around}{tokens}{around}")]).await?;
    if !document.vocabulary().is_empty() {
        tx.run(&ADD_VOCABULARY, params![document.vocabulary().to_vec()]).await?;
    }
    Ok(())
}

/// Finds rows that match, with one statement. If there are too many, the newest.
///
/// # Errors
/// Those of [`Db::query`].
pub async fn find(db: &Db, query: &Query) -> Result<Candidates> {
    if query.is_empty() {
        return Ok(Candidates::default());
    }
    let limit = i64::try_from(CANDIDATES_MAX).unwrap_or(i64::MAX) + 1;
    let [titles, all] = [true, false].map(|is_title| Param::from(query.expression(db.engine(), is_title)));
    let (mut ids, mut matching) = (Vec::new(), 0);
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for row in db.query(&FIND, &[titles, all, limit.into()]).await? {
        rows.push((row.get::<i64>("is_title")?, row.get::<Uuid>("id")?));
    }
    // neither part of the result has a guaranteed order
    rows.sort_unstable_by(|a, b| b.cmp(a));
    for (is_title, id) in rows {
        matching += usize::from(is_title == 0);
        if seen.insert(id) && ids.len() < CANDIDATES_MAX {
            ids.push(id);
        }
    }
    Ok(Candidates { ids, is_partial: matching > CANDIDATES_MAX })
}

/// Finds the newest rows that match and are older than `before`, newest first.
///
/// # Errors
/// Those of [`Db::query`].
pub async fn find_newest(db: &Db, query: &Query, before: Uuid, at_most: usize) -> Result<Vec<Uuid>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
    let values = params![query.expression(db.engine(), false), before, sequence_number(before), limit];
    db.query(&FIND_NEWEST, values).await?.iter().map(|row| row.get("id")).collect()
}

#[cfg(test)]
mod tests {
    use super::sequence_number;
    use uuid::Uuid;

    #[test]
    fn numbers_follow_the_creation_time_in_ids() {
        let ids = ["01890000-0000-7000-8000-000000000000", "01890000-0000-7001-bfff-ffffffffffff"];
        let later = ["01890000-0001-7000-8000-000000000000", "ffffffff-ffff-7fff-bfff-ffffffffffff"];
        let numbers: Vec<i64> =
            ids.iter().chain(&later).map(|id| sequence_number(Uuid::parse_str(id).unwrap())).collect();
        assert!(numbers.is_sorted() && numbers[1] - numbers[0] == 8 && numbers[3] > 0, "{numbers:?}");
    }
}
