//! The words by which orders are found: of what was ordered, and of who ordered. The latter go with the person's row.

use crate::order::Order;
use contracts::fulfilments::Fulfilment;
use db::{Result, Sql, Tx, params, statements};
use kernel::{id::OrderId, words};
use std::collections::BTreeSet;

macro_rules! insert {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (order_id, word, created_at) select o.id, value.value, o.created_at ",
            "from orders o cross join unnest(cast($2 as text[])) as value where o.id = $1 on conflict do nothing"
        )
    };
}
macro_rules! delete_others {
    ($table:literal) => {
        concat!("delete from ", $table, " where order_id = $1 and not (word = any($2))")
    };
}
macro_rules! set_time {
    ($table:literal) => {
        concat!("update ", $table, " set created_at = $2 where order_id = $1 and created_at is not null")
    };
}

statements! {
    INSERT_OF_ORDER = (insert!("order_word"));
    INSERT_OF_PERSON = (insert!("person_word"));
    /// A number that was corrected finds its order still.
    INSERT_OF_PARCEL = "insert into parcel_word (fulfilment_id, order_id, word, created_at)
                        select f.id, o.id, value.value, o.created_at from fulfilment f join orders o on o.id = f.order_id
                            cross join unnest(cast($2 as text[])) as value where f.id = $1 on conflict do nothing";
    DELETE_OTHERS_OF_ORDER = (delete_others!("order_word"));
    DELETE_OTHERS_OF_PERSON = (delete_others!("person_word"));
    SET_TIME_OF_ORDER = (set_time!("order_word"));
    SET_TIME_OF_PERSON = (set_time!("person_word"));
}

/// Whose words: how they are inserted, and how all others are deleted.
pub(crate) struct WordOwner {
    insert: Sql,
    delete_others: Sql,
}
/// What was ordered.
pub(super) const ORDER: WordOwner =
    WordOwner { insert: INSERT_OF_ORDER, delete_others: DELETE_OTHERS_OF_ORDER };
/// Who ordered.
pub(super) const PERSON: WordOwner =
    WordOwner { insert: INSERT_OF_PERSON, delete_others: DELETE_OTHERS_OF_PERSON };

/// Writes when their order was made: it is another moment once a draft is placed, which has no parcels.
pub(super) async fn set_time(tx: &mut Tx, order: &Order) -> Result<()> {
    for statement in [&SET_TIME_OF_ORDER, &SET_TIME_OF_PERSON] {
        tx.run(statement, params![order.id, order.created_at]).await?;
    }
    Ok(())
}

/// Writes words, beside those that are there.
pub(super) async fn insert(
    tx: &mut Tx,
    of: &WordOwner,
    order: OrderId,
    words: BTreeSet<String>,
) -> Result<()> {
    let words: Vec<String> = words.into_iter().collect();
    if words.is_empty() {
        return Ok(());
    }
    tx.run(&of.insert, params![order, words]).await.map(drop)
}

/// Writes words in place of those that are there.
pub(super) async fn set(tx: &mut Tx, of: &WordOwner, order: OrderId, words: BTreeSet<String>) -> Result<()> {
    tx.run(&of.delete_others, params![order, words.iter().cloned().collect::<Vec<_>>()]).await?;
    insert(tx, of, order, words).await
}

/// What a parcel is found by: the number by which its carrier knows it.
pub(super) async fn add_of_parcel(tx: &mut Tx, parcel: &Fulfilment) -> Result<()> {
    let Some(number) = &parcel.tracking_number else { return Ok(()) };
    // carriers write it in groups, and people type it in one, or the other way round
    let in_one: String = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let found: BTreeSet<String> = words::words(number).chain(words::words(&in_one)).collect();
    if found.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = found.into_iter().collect();
    tx.run(&INSERT_OF_PARCEL, params![parcel.id, found]).await.map(drop)
}
