//! What stands beside an order on a page about it: its fulfilments, the notes of staff and how many orders its customer has, in one
//! statement.

use super::{fulfilments, notes};
use contracts::{
    fulfilments::Fulfilment,
    orders::{Note, OrderDetails},
};
use db::{Db, Result, Row, params, statements};
use kernel::id::{NoteId, OrderId, UserId};

statements! {
    /// The first fulfilments and the last notes: a fulfilment has a row for each of its lines, and no author; how many orders its
    /// customer has is a row of its own.
    BESIDE_ORDER = "select f.id, f.order_id, f.status, f.carrier, f.tracking_number, f.version, f.corrections, f.corrected_at, f.steps, f.to_unpack, f.corrected_with,
                           f.created_at, f.updated_at, l.fulfilment_id, l.line_id, l.quantity, a.address,
                           a.version as address_version, null as author, null as text,
                           cast(null as bigint) as customer_orders from
                        (select * from fulfilment where order_id = $1 order by id limit $2) as f
                        left join fulfilment_line l on l.fulfilment_id = f.id
                        left join parcel_address a on a.fulfilment_id = f.id
                    union all
                    select noted.id, noted.order_id, null, null, null, null, null, null, null, null, null,
                           noted.created_at, null, null, null, null, null, null, noted.author, noted.text, null from
                        (select * from order_note where order_id = $1 and id < $5 order by id desc limit $4) as noted
                    union all
                    select o.id, o.id, null, null, null, null, null, null, null, null, null,
                           o.created_at, null, null, null, null, null, null, null, null,
                           (select count(*) from (select 1 from orders other
                                where other.user_id = o.user_id and other.status <> 'draft' limit $3) as few) from
                        orders o where o.id = $1
                    order by id, line_id";
}

/// What stands beside an order.
pub(crate) struct OrderPageData {
    pub(crate) fulfilments: Vec<Fulfilment>,
    pub(crate) notes: Vec<Note>,
    pub(crate) customer_orders: i64,
}

/// Those of an order, so many parcels at most, oldest first, and so many notes before this one, newest first.
pub(crate) async fn of_order(
    db: &Db,
    order: OrderId,
    parcels: i64,
    notes: i64,
    before: NoteId,
) -> Result<OrderPageData> {
    let values = params![order, parcels, OrderDetails::CUSTOMER_ORDERS_MAX, notes, before];
    let rows = db.query(&BESIDE_ORDER, values).await?;
    let counted = |row: &Row| row.get::<Option<i64>>("customer_orders").transpose();
    let customer_orders = rows.iter().find_map(counted).transpose()?.unwrap_or(0);
    let is_note = |row: &Row| !matches!(row.get::<Option<UserId>>("author"), Ok(None));
    let (of_staff, parcels): (Vec<Row>, Vec<Row>) =
        rows.into_iter().filter(|row| counted(row).is_none()).partition(is_note);
    Ok(OrderPageData {
        fulfilments: fulfilments::of_rows(&parcels)?,
        notes: of_staff.iter().rev().map(notes::note).collect::<Result<_>>()?,
        customer_orders,
    })
}
