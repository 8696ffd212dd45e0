//! What an audit reads of the simulated provider: its charges, and what it remembers of the keys that it was asked with.

use super::charges::{ChargeRow, read_charge};
use db::{Db, Result, Row, params, statements};
use flow::row_reader::{RowReader, id, last_word};
use kernel::id::OrderId;
use payment_provider::UsedKey;
use uuid::Uuid;

/// Charges with their own keys, and with what was given back by the keys of refunds. One statement sees one moment.
macro_rules! charges {
    ($rest:literal) => {
        concat!(
            "select c.*, k.charge_id as charge_of_key, k.operation, k.refused as is_refused, ",
            "(select cast(sum(r.amount) as bigint) from known_key r where r.charge_id = c.id ",
            "and r.operation = 'refund' and not r.refused) as given_back ",
            "from charge c left join known_key k on k.key = c.key ",
            $rest
        )
    };
}

statements! {
    CHARGES_AFTER = (charges!("where c.key > $1 order by c.key limit $2"));
    CHARGES_OF = (charges!(
        "where c.id in (select id from charge where order_id = any($1) union select id from charge where key = any($2)) order by c.id"
    ));
    KEYS_AFTER = "select k.key, k.charge_id, c.order_id, c.key as charge, c.created_at as charged_at
                  from known_key k left join charge c on c.id = k.charge_id
                  where k.key > $1 order by k.key limit $2";
}

/// A charge, beside what the provider remembers of its keys.
pub(crate) struct ChargeWithKeys {
    pub(crate) charge: ChargeRow,
    /// Whether its key leads to it: asked with that again, the provider makes no other.
    pub(crate) is_keyed: bool,
    /// What the keys of its refunds come to.
    pub(crate) given_back: i64,
}

/// The charges after the one with the key `after`, and the key of the last one that can be read; none at the end. One that
/// cannot be read is named by its order.
pub(crate) async fn charges_after(
    db: &Db,
    after: &str,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(String, Vec<ChargeWithKeys>)>> {
    let rows = db.query(&CHARGES_AFTER, params![after, at_most]).await?;
    let about = |row: &Row| [id::<OrderId>(row, "order_id")];
    let kept = reading.rows(("charge", "key"), &rows, about, read);
    // what has no key of ours comes at the end: the last page has nothing else
    Ok(last_word(&rows, "key").map(|last| (last, kept)))
}

/// Those of these orders or keys that can be read.
pub(crate) async fn charges_of(db: &Db, orders: &[OrderId], keys: &[String]) -> Result<Vec<ChargeWithKeys>> {
    let rows = db.query(&CHARGES_OF, params![orders, keys.to_vec()]).await?;
    // one that cannot be read is named where all are checked
    Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
}

/// The keys after `after`, and the last one of them that can be read; none at the end. One that cannot be read is named.
pub(crate) async fn keys_after(
    db: &Db,
    after: &str,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(String, Vec<UsedKey>)>> {
    let rows = db.query(&KEYS_AFTER, params![after, at_most]).await?;
    let about = |row: &Row| [id::<OrderId>(row, "order_id")];
    let read = |row: &Row| {
        Ok(UsedKey {
            key: row.get("key")?,
            order: row.get("order_id").ok(),
            charge: row.get("charge").ok().flatten(),
            charged_at: row.get("charged_at").ok().flatten(),
            is_refused: row.get::<Option<Uuid>>("charge_id")?.is_none(),
        })
    };
    let asked = reading.rows(("known_key", "key"), &rows, about, read);
    Ok(last_word(&rows, "key").map(|last| (last, asked)))
}

fn read(row: &Row) -> Result<ChargeWithKeys> {
    let charge = read_charge(row)?;
    let is_own = row.get::<Option<Uuid>>("charge_of_key")? == Some(charge.id);
    let is_submitted = row.get::<Option<String>>("operation")?.as_deref() == Some("submit");
    let is_refused = row.get::<Option<bool>>("is_refused")? == Some(true);
    let given_back = row.get::<Option<i64>>("given_back")?.unwrap_or(0);
    Ok(ChargeWithKeys { charge, is_keyed: is_own && is_submitted && !is_refused, given_back })
}
