//! The words by which orders are found: of what was ordered, and of who ordered. The latter go with the person's row.

use crate::order::Order;
use contracts::fulfilments::Fulfilment;
use db::{Result, Tx, params, statements};
use kernel::{id::OrderId, words};
use std::collections::BTreeSet;

statements! {
    INSERT_OF_ORDER = {
        sqlite: "insert into order_word (order_id, word, created_at)
                 select $1, value, (select created_at from orders where id = $1) from rarray($2)",
        postgres: "insert into order_word (order_id, word, created_at)
                   select cast($1 as uuid), unnest(cast($2 as text[])), (select created_at from orders where id = $1)",
    };
    INSERT_OF_PERSON = {
        sqlite: "insert into person_word (order_id, word, created_at)
                 select $1, value, (select created_at from orders where id = $1) from rarray($2)",
        postgres: "insert into person_word (order_id, word, created_at)
                   select cast($1 as uuid), unnest(cast($2 as text[])), (select created_at from orders where id = $1)",
    };
    /// A number that was corrected finds its order still.
    INSERT_OF_PARCEL = {
        sqlite: "insert into parcel_word (fulfilment_id, order_id, word, created_at)
                 select $1, $2, value, (select created_at from orders where id = $2) from rarray($3) where true
                 on conflict do nothing",
        postgres: "insert into parcel_word (fulfilment_id, order_id, word, created_at)
                   select cast($1 as uuid), cast($2 as uuid), unnest(cast($3 as text[])),
                          (select created_at from orders where id = $2)
                   on conflict do nothing",
    };
    SET_TIME_OF_ORDER = "update order_word set created_at = $2 where order_id = $1 and created_at is not null";
    SET_TIME_OF_PERSON = "update person_word set created_at = $2 where order_id = $1 and created_at is not null";
    DELETE_OF_ORDER = "delete from order_word where order_id = $1 and word = any($2)";
    DELETE_OF_PERSON = "delete from person_word where order_id = $1 and word = any($2)";
    OF_ORDER = "select word from order_word where order_id = $1";
    OF_PERSON = "select word from person_word where order_id = $1";
}

/// Whose words.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WordOwner {
    /// What was ordered.
    Order,
    /// Who ordered.
    Person,
}

/// Those that are there.
pub(super) async fn get(tx: &mut Tx, of: WordOwner, order: OrderId) -> Result<BTreeSet<String>> {
    let statement = match of {
        WordOwner::Order => &OF_ORDER,
        WordOwner::Person => &OF_PERSON,
    };
    tx.query(statement, params![order]).await?.iter().map(|row| row.get("word")).collect()
}

/// Writes when their order was made: it is another moment once a draft is placed, which has no parcels.
pub(super) async fn set_time(tx: &mut Tx, order: &Order) -> Result<()> {
    for statement in [&SET_TIME_OF_ORDER, &SET_TIME_OF_PERSON] {
        tx.run(statement, params![order.id, order.created_at]).await?;
    }
    Ok(())
}

/// Brings them from what they are to what they shall be.
pub(super) async fn set(
    tx: &mut Tx,
    of: WordOwner,
    order: OrderId,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> Result<()> {
    let (insert, delete) = match of {
        WordOwner::Order => (&INSERT_OF_ORDER, &DELETE_OF_ORDER),
        WordOwner::Person => (&INSERT_OF_PERSON, &DELETE_OF_PERSON),
    };
    let gone: Vec<String> = old.difference(new).cloned().collect();
    let come: Vec<String> = new.difference(old).cloned().collect();
    if !gone.is_empty() {
        tx.run(delete, params![order, gone]).await?;
    }
    if !come.is_empty() {
        tx.run(insert, params![order, come]).await?;
    }
    Ok(())
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
    tx.run(&INSERT_OF_PARCEL, params![parcel.id, parcel.order_id, found]).await.map(drop)
}
