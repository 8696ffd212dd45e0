//! The ledger's rows: only ever added.

use contracts::stock::{Movement, Reason};
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::id::{MovementId, ProductId};

statements! {
    INSERT = "insert into movement (id, product_id, delta, on_hand, reason, placement_id, shipped, actor, note, reference, at)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIRST = "select * from movement where product_id = $1 order by seq desc limit $2";
    BEFORE = "select * from movement where product_id = $1 and seq < $3 order by seq desc limit $2";
    FIND = "select * from movement where id = $1";
    BOOKED = "select id from movement where product_id = $1 and reference = $2";
}

/// Adds a movement; `shipped` is what its placement has had shipped with it, for a sale.
pub(crate) async fn insert(tx: &mut Tx, movement: &Movement, shipped: Option<i64>) -> Result<()> {
    let values = params![
        movement.id,
        movement.product_id,
        movement.delta,
        movement.on_hand,
        reason_name(movement.reason),
        movement.placement_id,
        shipped,
        &movement.actor,
        movement.note.clone(),
        movement.reference.clone(),
        movement.at,
    ];
    tx.run(&INSERT, values).await.map(drop)
}

/// A product's movements before a place in the ledger, newest first, each with its place.
pub(crate) async fn list(
    db: &Db,
    product_id: ProductId,
    before: Option<i64>,
    at_most: i64,
) -> Result<Vec<(i64, Movement)>> {
    let rows = match before {
        Some(before) => db.query(&BEFORE, params![product_id, at_most, before]).await?,
        None => db.query(&FIRST, params![product_id, at_most]).await?,
    };
    rows.iter().map(|row| Ok((row.get("seq")?, read(row)?))).collect()
}

pub(crate) async fn find(db: &Db, id: MovementId) -> Result<Option<Movement>> {
    db.query_opt(&FIND, params![id]).await?.as_ref().map(read).transpose()
}

/// The movement of a product that was booked for this, under the product's lock.
pub(crate) async fn booked(
    tx: &mut Tx,
    product_id: ProductId,
    reference: &str,
) -> Result<Option<MovementId>> {
    tx.query_opt(&BOOKED, params![product_id, reference]).await?.map(|row| row.get("id")).transpose()
}

pub(super) fn read(row: &Row) -> Result<Movement> {
    Ok(Movement {
        id: row.get("id")?,
        product_id: row.get("product_id")?,
        delta: row.get("delta")?,
        on_hand: row.get("on_hand")?,
        reason: reason(&row.get::<String>("reason")?)?,
        placement_id: row.get("placement_id")?,
        actor: row.get("actor")?,
        note: row.get("note")?,
        reference: row.get("reference")?,
        at: row.get("at")?,
    })
}

fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Receipt => "receipt",
        Reason::Adjustment => "adjustment",
        Reason::Count => "count",
        Reason::Sale => "sale",
        Reason::Found => "found",
        Reason::Restock => "restock",
    }
}

fn reason(name: &str) -> Result<Reason> {
    use Reason::{Adjustment, Count, Found, Receipt, Restock, Sale};
    let found =
        [Receipt, Adjustment, Count, Sale, Found, Restock].into_iter().find(|r| reason_name(*r) == name);
    found.ok_or_else(|| Error::new(ErrorKind::Other, format!("no movement has the reason {name}")))
}
