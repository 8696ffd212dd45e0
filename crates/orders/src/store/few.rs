//! The orders with a word that few have, as a range of a list: never more than some hundred, whatever else is asked for.

use super::{
    lists::{candidates, has_words, spelled_in, wanted},
    spelled::Words,
    waiting::are,
    walks::{Walked, asked, fits, of_near, read, waits},
};
use crate::listing::{Key, Listing, Place};
use db::{Db, Result, statements};
use kernel::words::end_of;

/// The next of those that have a word that begins like `$20` (and comes before `$21`), and are the orders of `$19` where somebody's are
/// asked for. PostgreSQL takes arrays to be short, and goes by each id.
macro_rules! of_few {
    (up $key:literal) => {
        of_few!(@both $key, ">" "", "max" ">=")
    };
    (down $key:literal) => {
        of_few!(@both $key, "<" " desc", "min" "<=")
    };
    (@both $key:literal, $behind:literal $way:literal, $last:literal $reaches:literal) => {
        db::Sql::each(
            of_near!(of_few!(@near $key, $behind $way, "in (" ")"), $last $reaches),
            of_near!(of_few!(@near $key, $behind $way, "= any(array(" "))"), $last $reaches),
        )
    };
    (@near $key:literal, $behind:literal $way:literal, $in:literal $end:literal) => {
        concat!(
            "select id, ", $key, " as place, ", fits!(""), " and ", waits!(), " as fits from orders where id ", $in,
            "select w.order_id from order_word w where w.word >= $20 and w.word < $21 ",
            "union all select w.order_id from person_word w where w.word >= $20 and w.word < $21 ",
            "union all select w.order_id from parcel_word w where w.word >= $20 and w.word < $21", $end,
            " and (status <> 'draft' or cast($7 as text) = 'draft') and (cast($19 as uuid) is null or user_id = $19) and (",
            $key, ", id) ", $behind, " ($4, $5) order by ", $key, $way, ", id", $way, " limit $6"
        )
    };
}

statements! {
    OF_FEW_BY_CREATED = [of_few!(up "created_at")];
    OF_FEW_BY_CREATED_DOWN = [of_few!(down "created_at")];
    OF_FEW_BY_UPDATED = [of_few!(up "updated_at")];
    OF_FEW_BY_UPDATED_DOWN = [of_few!(down "updated_at")];
    OF_FEW_BY_TOTAL = [of_few!(up "total")];
    OF_FEW_BY_TOTAL_DOWN = [of_few!(down "total")];
}

/// The next orders after a place with a word that begins like this, which few have; of these, those with the other words.
pub(crate) async fn after(
    db: &Db,
    list: &Listing,
    (word, others): (&str, &Words),
    place: &Place,
    at_most: i64,
) -> Result<Walked> {
    let (up, down) = match place.key {
        Key::Created(_) => (&OF_FEW_BY_CREATED, &OF_FEW_BY_CREATED_DOWN),
        Key::Updated(_) => (&OF_FEW_BY_UPDATED, &OF_FEW_BY_UPDATED_DOWN),
        Key::Total(_) => (&OF_FEW_BY_TOTAL, &OF_FEW_BY_TOTAL_DOWN),
    };
    let mut values = asked(list, others, place, at_most);
    values.extend([list.selection.user_id.into(), word.into(), end_of(word).into()]);
    let statement = if list.goes_down() { down } else { up };
    read(list, &db.query(statement, &values).await?)
}
