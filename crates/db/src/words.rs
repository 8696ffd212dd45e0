//! Word search: one statement reads an index for all search words.

mod meeting;

pub use meeting::{Intersection, WordPositions, meet};

use crate::{Db, Error, Param, Result, Sql};
use kernel::{
    id::{Id, IdKind},
    words::{ASKED_MAX, end_of},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The statement for [`find`]: `with_words!("product_id" of "product_word")` reads IDs from this table, which has an index
/// that begins with `word`. For each word it reads no more than a limit, and returns the IDs as one text, which is not
/// parsed if there are too many.
#[macro_export]
macro_rules! with_words {
    ($id:literal of $table:literal) => {
        $crate::Sql::each(
            $crate::with_words!(@all $id $table "group_concat(hex(id), '')"),
            $crate::with_words!(@all $id $table "string_agg(replace(cast(id as text), '-', ''), '')"),
        )
    };
    (@all $id:literal $table:literal $joined:literal) => {
        concat!(
            $crate::with_words!(@word $id $table $joined "0" "$2" "$3"), " union all ",
            $crate::with_words!(@word $id $table $joined "1" "$4" "$5"), " union all ",
            $crate::with_words!(@word $id $table $joined "2" "$6" "$7"), " union all ",
            $crate::with_words!(@word $id $table $joined "3" "$8" "$9"), " union all ",
            $crate::with_words!(@word $id $table $joined "4" "$10" "$11"), " union all ",
            $crate::with_words!(@word $id $table $joined "5" "$12" "$13"), " union all ",
            $crate::with_words!(@word $id $table $joined "6" "$14" "$15"), " union all ",
            $crate::with_words!(@word $id $table $joined "7" "$16" "$17")
        )
    };
    (@word $id:literal $table:literal $joined:literal $nth:literal $from:literal $end:literal) => {
        concat!(
            "select ", $nth, " as nth, ", $joined, " as ids from (select ", $id, " as id from ", $table,
            " where word >= ", $from, " and word < ", $end, " order by word limit $1) as few"
        )
    };
}

/// Returns whether a row lacks a word that begins with the current `value.value`:
/// `lacks_word!("product_word", "product_id", "near.id")`. These words sort before the one that [`end_of`] returns.
#[macro_export]
macro_rules! lacks_word {
    ($table:literal, $of:literal, $id:literal) => {
        concat!(
            "not exists (select 1 from ",
            $table,
            " w where w.",
            $of,
            " = ",
            $id,
            " and w.word >= value.value and w.word < value.value || '\u{10FFFF}')"
        )
    };
}

/// The search words, as `asked(nth, beginning, below)` of a `with`: the first sixteen parameters are those of
/// [`beginnings`]. Unused slots match nothing.
#[macro_export]
macro_rules! asked_words {
    () => {
        concat!(
            "asked(nth, beginning, below) as (values ",
            "(0, cast($1 as text), cast($2 as text)), (1, cast($3 as text), cast($4 as text)), ",
            "(2, cast($5 as text), cast($6 as text)), (3, cast($7 as text), cast($8 as text)), ",
            "(4, cast($9 as text), cast($10 as text)), (5, cast($11 as text), cast($12 as text)), ",
            "(6, cast($13 as text), cast($14 as text)), (7, cast($15 as text), cast($16 as text)))"
        )
    };
}

/// Returns the prefix of each search word, and the end of the range of words with this prefix.
pub fn beginnings(asked: &[String]) -> impl Iterator<Item = Param> {
    (0..SLOTS).flat_map(|nth| {
        let word = asked.get(nth);
        [Param::from(word), word.map(|word| end_of(word)).into()]
    })
}

/// Number of search words for which these texts have parameters.
const SLOTS: usize = 8;
const _: () = assert!(SLOTS == ASKED_MAX);

/// Returns the resources that match all of those words that are rare; none are determined if each word is common. A word
/// with more rows than the limit is common.
///
/// # Errors
/// Those of [`Db::query`].
pub async fn find<K: IdKind>(
    db: &Db,
    with_words: &Sql,
    asked: &[String],
    at_most: usize,
) -> Result<Option<BTreeSet<Id<K>>>> {
    if asked.is_empty() {
        return Ok(None);
    }
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let mut values = vec![Param::from(limit)];
    values.extend(beginnings(asked));
    let mut found: Vec<String> = asked.iter().take(SLOTS).map(|_| String::new()).collect();
    for row in db.query(with_words, &values).await? {
        let nth = usize::try_from(row.get::<i64>("nth")?).ok();
        if let Some(of_word) = nth.and_then(|nth| found.get_mut(nth)) {
            *of_word = row.get::<Option<String>>("ids")?.unwrap_or_default();
        }
    }
    found.retain(|of_word| of_word.len() / DIGITS <= at_most);
    let sets = found.iter().map(|ids| read(ids)).collect::<Result<Vec<BTreeSet<Id<K>>>>>()?;
    Ok(sets.into_iter().reduce(|mut few, others| {
        few.retain(|id| others.contains(id));
        few
    }))
}

/// Number of hexadecimal digits of an ID.
const DIGITS: usize = 32;

fn read<K: IdKind>(ids: &str) -> Result<BTreeSet<Id<K>>> {
    let each =
        (0..ids.len() / DIGITS).map(|nth| ids.get(nth * DIGITS..(nth + 1) * DIGITS).unwrap_or_default());
    let read = each.map(|id| Uuid::try_parse(id).map(Id::from_uuid));
    read.collect::<std::result::Result<_, _>>().map_err(|error| Error::other(error.to_string()))
}
