//! The words by which orders are found: of what was ordered, and of who ordered. The latter go with the person's row.

use contracts::fulfilments::Fulfilment;
use db::{Db, Result, Tx, params, statements};
use kernel::{id::OrderId, words};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    INSERT_OF_ORDER = {
        sqlite: "insert into order_word (order_id, word) select $1, value from rarray($2)",
        postgres: "insert into order_word (order_id, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    INSERT_OF_PERSON = {
        sqlite: "insert into person_word (order_id, word) select $1, value from rarray($2)",
        postgres: "insert into person_word (order_id, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    /// A number that was corrected finds its order still.
    INSERT_OF_PARCEL = {
        sqlite: "insert into parcel_word (fulfilment_id, order_id, word) select $1, $2, value from rarray($3) where true
                 on conflict do nothing",
        postgres: "insert into parcel_word (fulfilment_id, order_id, word)
                   select cast($1 as uuid), cast($2 as uuid), unnest(cast($3 as text[])) on conflict do nothing",
    };
    DELETE_OF_ORDER = "delete from order_word where order_id = $1 and word = any($2)";
    DELETE_OF_PERSON = "delete from person_word where order_id = $1 and word = any($2)";
    OF_ORDER = "select word from order_word where order_id = $1";
    OF_PERSON = "select word from person_word where order_id = $1";
    WORDS_OF_MANY = "select order_id, word from order_word where order_id = any($1)
               union all select order_id, word from person_word where order_id = any($1)
               union all select order_id, word from parcel_word where order_id = any($1)";
    ORDERS_WITH = "select order_id, false as of_person from
                     (select order_id from order_word where word >= $1 and word < $2 order by word limit $3) as few
                 union all select order_id, false as of_person from
                     (select order_id from parcel_word where word >= $1 and word < $2 order by word limit $3) as few
                 union all select order_id, true as of_person from
                     (select order_id from person_word where word >= $1 and word < $2 order by word limit $3)
                     as few";
}

/// Whose words.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// What was ordered.
    Order,
    /// Who ordered.
    Person,
}

/// Those that are there.
pub(super) async fn get(tx: &mut Tx, of: Of, order: OrderId) -> Result<BTreeSet<String>> {
    let statement = match of {
        Of::Order => &OF_ORDER,
        Of::Person => &OF_PERSON,
    };
    tx.query(statement, params![order]).await?.iter().map(|row| row.get("word")).collect()
}

/// Brings them from what they are to what they shall be.
pub(super) async fn set(
    tx: &mut Tx,
    of: Of,
    order: OrderId,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> Result<()> {
    let (insert, delete) = match of {
        Of::Order => (&INSERT_OF_ORDER, &DELETE_OF_ORDER),
        Of::Person => (&INSERT_OF_PERSON, &DELETE_OF_PERSON),
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
    let found: BTreeSet<String> = words::words(number).collect();
    if found.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = found.into_iter().collect();
    tx.run(&INSERT_OF_PARCEL, params![parcel.id, parcel.order_id, found]).await.map(drop)
}

/// All words of these orders.
pub(crate) async fn of_many(db: &Db, ids: &[OrderId]) -> Result<BTreeMap<OrderId, BTreeSet<String>>> {
    let mut words: BTreeMap<OrderId, BTreeSet<String>> = BTreeMap::new();
    for row in db.query(&WORDS_OF_MANY, params![ids]).await? {
        words.entry(row.get("order_id")?).or_default().insert(row.get("word")?);
    }
    Ok(words)
}

/// Orders with a word that begins like this; none where that are more than so many words.
pub(crate) async fn with_word(db: &Db, word: &str, at_most: usize) -> Result<Option<BTreeSet<OrderId>>> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let rows = db.query(&ORDERS_WITH, params![word, words::end_of(word), limit]).await?;
    let (mut found, mut of_persons) = (BTreeSet::new(), 0);
    for row in &rows {
        of_persons += usize::from(row.get::<bool>("of_person")?);
        found.insert(row.get("order_id")?);
    }
    let most = of_persons.max(rows.len() - of_persons);
    Ok(Some(found).filter(|_| most <= at_most))
}
