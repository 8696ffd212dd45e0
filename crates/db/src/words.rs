//! What is found by words: one statement asks an index for all words that something is looked for with.

use crate::{Db, FromColumn, Param, Result, Sql};
use kernel::words::{ASKED_MAX, end_of};
use std::collections::BTreeSet;

/// The text of a statement for [`find`]: `with_words!("order_id" of "order_word", "person_word")` reads ids out of these
/// tables, each of which has an index that begins with `word`. Of each word it reads no more than it is told.
#[macro_export]
macro_rules! with_words {
    ($id:literal of $first:literal $(, $more:literal)*) => {
        concat!(
            $crate::with_words!(@table $id $first),
            $(" union all ", $crate::with_words!(@table $id $more),)*
        )
    };
    (@table $id:literal $table:literal) => {
        concat!(
            $crate::with_words!(@word $id $table "0" "$2" "$3"), " union all ",
            $crate::with_words!(@word $id $table "1" "$4" "$5"), " union all ",
            $crate::with_words!(@word $id $table "2" "$6" "$7"), " union all ",
            $crate::with_words!(@word $id $table "3" "$8" "$9"), " union all ",
            $crate::with_words!(@word $id $table "4" "$10" "$11"), " union all ",
            $crate::with_words!(@word $id $table "5" "$12" "$13"), " union all ",
            $crate::with_words!(@word $id $table "6" "$14" "$15"), " union all ",
            $crate::with_words!(@word $id $table "7" "$16" "$17")
        )
    };
    (@word $id:literal $table:literal $nth:literal $from:literal $end:literal) => {
        concat!(
            "select ", $nth, " as nth, ", $id, " as id from (select ", $id, " from ", $table,
            " where word >= ", $from, " and word < ", $end, " order by word limit $1) as few"
        )
    };
}

/// As many words as the text of [`with_words`] has places for.
const PLACES: usize = 8;
const _: () = assert!(PLACES == ASKED_MAX);

/// What an index tells of words.
#[derive(Debug)]
pub struct Found<T> {
    /// What has all of those words that few have; nothing is known where many have each.
    pub few: Option<BTreeSet<T>>,
    /// Whether that are all words: none is left to be looked for.
    pub is_all: bool,
}

/// What has words that begin with each of these. A word with more than so many rows is one that many have.
///
/// # Errors
/// What [`Db::query`] fails with.
pub async fn find<T: FromColumn + Ord>(
    db: &Db,
    with_words: &Sql,
    asked: &[String],
    at_most: usize,
) -> Result<Found<T>> {
    if asked.is_empty() {
        return Ok(Found { few: None, is_all: true });
    }
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let mut values = vec![Param::from(limit)];
    for nth in 0..PLACES {
        let word = asked.get(nth);
        values.extend([word.into(), word.map(|word| end_of(word)).into()]);
    }
    let mut found: Vec<Vec<T>> = asked.iter().take(PLACES).map(|_| Vec::new()).collect();
    for row in db.query(with_words, &values).await? {
        let nth = usize::try_from(row.get::<i64>("nth")?).ok();
        if let Some(of_word) = nth.and_then(|nth| found.get_mut(nth)) {
            of_word.push(row.get("id")?);
        }
    }
    found.retain(|of_word| of_word.len() <= at_most);
    let is_all = found.len() == asked.len();
    let sets = found.into_iter().map(BTreeSet::from_iter);
    let few = sets.reduce(|mut few: BTreeSet<T>, others| {
        few.retain(|id| others.contains(id));
        few
    });
    Ok(Found { few, is_all })
}
