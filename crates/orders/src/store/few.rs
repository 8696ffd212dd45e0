//! The orders with a word that few have: these are looked at, whatever else the list asks for, and no more are read than it shows.

use super::{
    lists::{candidate, candidates, has_words, spelled_in, wanted},
    spelled::Words,
    waiting::are,
    walks::{asked, fits, waits},
};
use crate::listing::{Candidate, Key, Listing, Place};
use db::{Db, Result, statements};
use kernel::words::end_of;

/// Those that have a word that begins like `$20` (and comes before `$21`), fit, and have the other words: the next so many (`$6`) in
/// the order of the list. And the draft with the number `$18`. PostgreSQL takes arrays to be short, and goes by each id.
macro_rules! of_few {
    (up $key:literal) => {
        db::Sql::each(of_few!(@of sqlite $key, ">" ""), of_few!(@of postgres $key, ">" ""))
    };
    (down $key:literal) => {
        db::Sql::each(of_few!(@of sqlite $key, "<" " desc"), of_few!(@of postgres $key, "<" " desc"))
    };
    (@of $engine:tt $key:literal, $behind:literal $way:literal) => {
        concat!(
            "with ", wanted!(), ", few as materialized (",
            "select w.order_id as id from order_word w where w.word >= $20 and w.word < $21 ",
            "union all select w.order_id from person_word w where w.word >= $20 and w.word < $21 ",
            "union all select w.order_id from parcel_word w where w.word >= $20 and w.word < $21), ",
            "near as materialized (select id from orders where ", of_few!(@in $engine "select id from few"),
            " and (status <> 'draft' or cast($7 as text) = 'draft') and (cast($19 as uuid) is null or user_id = $19) and ",
            fits!(""), " and ", waits!(), " and (", $key, ", id) ", $behind, " ($4, $5) and ", has_words!("orders.id"),
            " order by ", $key, $way, ", id", $way, " limit $6) ",
            candidates!(@select " from orders where "),
            of_few!(@in $engine "select id from near union all select id from orders where number = $18 and status = 'draft'")
        )
    };
    (@in sqlite $ids:literal) => { concat!("id in (", $ids, ")") };
    (@in postgres $ids:literal) => { concat!("id = any(array(", $ids, "))") };
}

statements! {
    OF_FEW_BY_CREATED = [of_few!(up "created_at")];
    OF_FEW_BY_CREATED_DOWN = [of_few!(down "created_at")];
    OF_FEW_BY_UPDATED = [of_few!(up "updated_at")];
    OF_FEW_BY_UPDATED_DOWN = [of_few!(down "updated_at")];
    OF_FEW_BY_TOTAL = [of_few!(up "total")];
    OF_FEW_BY_TOTAL_DOWN = [of_few!(down "total")];
}

/// Of those with a word that begins like this, which few have, and with the others, the next so many that are listed, in any order.
pub(crate) async fn with_one_of(
    db: &Db,
    list: &Listing,
    (word, others): (&str, &Words),
    after: &Place,
    at_most: usize,
) -> Result<Vec<Candidate>> {
    let (up, down) = match after.key {
        Key::Created(_) => (&OF_FEW_BY_CREATED, &OF_FEW_BY_CREATED_DOWN),
        Key::Updated(_) => (&OF_FEW_BY_UPDATED, &OF_FEW_BY_UPDATED_DOWN),
        Key::Total(_) => (&OF_FEW_BY_TOTAL, &OF_FEW_BY_TOTAL_DOWN),
    };
    let mut values = asked(list, others, after, i64::try_from(at_most).unwrap_or(i64::MAX));
    values.extend([list.selection.user_id.into(), word.into(), end_of(word).into()]);
    let rows = db.query(if list.goes_down() { down } else { up }, &values).await?;
    rows.iter().map(candidate).collect()
}
