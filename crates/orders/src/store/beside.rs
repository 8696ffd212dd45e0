//! What stands beside an order on a page about it: its fulfilments and the notes of staff, in one statement.

use super::{fulfilments, notes};
use contracts::{fulfilments::Fulfilment, orders::Note};
use db::{Db, Result, Row, params, statements};
use kernel::id::{OrderId, UserId};

statements! {
    /// The first of each: a fulfilment has a row for each of its lines, and no author.
    BESIDE_ORDER = "select f.id, f.order_id, f.status, f.carrier, f.tracking_number, f.version, f.corrections, f.corrected_at, f.steps, f.to_unpack, f.corrected_with,
                           f.created_at, f.updated_at, l.fulfilment_id, l.line_id, l.quantity, a.address,
                           a.version as address_version, null as author, null as text from
                        (select * from fulfilment where order_id = $1 order by id limit $2) as f
                        left join fulfilment_line l on l.fulfilment_id = f.id
                        left join parcel_address a on a.fulfilment_id = f.id
                    union all
                    select noted.id, noted.order_id, null, null, null, null, null, null, null, null, null,
                           noted.created_at, null, null, null, null, null, null, noted.author, noted.text from
                        (select * from order_note where order_id = $1 order by id limit $2) as noted
                    order by id, line_id";
}

/// Those of an order, oldest first, of each so many at most.
pub(crate) async fn of_order(db: &Db, order: OrderId, at_most: i64) -> Result<(Vec<Fulfilment>, Vec<Note>)> {
    let rows = db.query(&BESIDE_ORDER, params![order, at_most]).await?;
    let is_note = |row: &Row| !matches!(row.get::<Option<UserId>>("author"), Ok(None));
    let (of_staff, parcels): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(is_note);
    Ok((fulfilments::of_rows(&parcels)?, of_staff.iter().map(notes::note).collect::<Result<_>>()?))
}
