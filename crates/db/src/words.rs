//! Search words of orders: what their statements have in common.

mod meeting;

pub use meeting::{Intersection, WordPositions, meet};

use crate::Param;
use kernel::words::{ASKED_MAX, end_of};

/// Returns whether a row lacks a word that begins with the current `value.value`:
/// `lacks_word!("order_word", "order_id", "near.id")`. These words sort before the one that [`end_of`] returns.
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
