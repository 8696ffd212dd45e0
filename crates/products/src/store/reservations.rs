//! Rows of reservations: written only in a transaction that has locked the row of their placement.

use super::one_row;
use crate::{catalogue::Product, reservation::ReservationCounts, unpaid::UnpaidUnits};
use contracts::reservations::{ReservedLine, UnpaidHolder};
use db::{Result, Row, Tx, params, statements};
use kernel::{
    Money, Timestamp,
    id::{PlacementId, ProductId},
};
use std::collections::BTreeMap;

statements! {
    INSERT = "insert into reservation (placement_id, product_id, quantity, open, consumed, released,
                                       sku, name, price, currency, created_at, unpaid_by, unpaid_guest)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Units of a product that unpaid orders have reserved: all, those of guests, and those of one guest or account.
    UNPAID = "select cast(coalesce(sum(open), 0) as bigint) as units,
                     cast(coalesce(sum(case when unpaid_guest then open else 0 end), 0) as bigint) as guests,
                     cast(coalesce(sum(case when unpaid_by = $2 then open else 0 end), 0) as bigint) as own
              from reservation where product_id = $1 and unpaid_by is not null and open > 0";
    PAID = "update reservation set unpaid_by = null, unpaid_guest = null where placement_id = $1 and unpaid_by is not null";
    OF_PLACEMENT = "select * from reservation where placement_id = $1 order by product_id";
    /// Without open units it counts for nobody.
    SAVE = "update reservation set quantity = $3, open = $4, consumed = $5, released = $6,
                                   unpaid_by = case when cast($4 as bigint) > 0 then unpaid_by end,
                                   unpaid_guest = case when cast($4 as bigint) > 0 then unpaid_guest end
            where placement_id = $1 and product_id = $2";
    NEWEST_OPEN = "select placement_id, open from reservation where product_id = $1 and open > 0
                   order by created_at desc, placement_id desc limit $2";
}

/// What is held of a product for a placement, and what was reserved at the first time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reservation {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) held: ReservationCounts,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) unit_price: Money,
    pub(crate) created_at: Timestamp,
    /// Who holds it, while its order is not paid and the limits of unpaid orders apply.
    pub(crate) unpaid: Option<UnpaidHolder>,
}

impl Reservation {
    /// A reservation of a product as it is now.
    pub(crate) fn of(
        product: &Product,
        placement_id: PlacementId,
        held: ReservationCounts,
        created_at: Timestamp,
    ) -> Self {
        Reservation {
            placement_id,
            product_id: product.id,
            held,
            sku: product.catalogue.sku.clone(),
            name: product.catalogue.name.clone(),
            unit_price: product.catalogue.price,
            created_at,
            unpaid: None,
        }
    }

    /// As the placement is answered.
    pub(crate) fn line(&self) -> ReservedLine {
        ReservedLine {
            product_id: self.product_id,
            sku: self.sku.clone(),
            name: self.name.clone(),
            unit_price: self.unit_price,
            quantity: self.held.quantity(),
        }
    }
}

pub(crate) async fn insert(tx: &mut Tx, made: &[Reservation]) -> Result<()> {
    let values = |reservation: &Reservation| {
        let Reservation { held, unit_price, .. } = reservation;
        let values = params![
            reservation.placement_id,
            reservation.product_id,
            held.quantity(),
            held.open,
            held.consumed,
            held.released,
            &reservation.sku,
            &reservation.name,
            unit_price.minor,
            unit_price.currency,
            reservation.created_at,
            reservation.unpaid.map(|holder| holder.id),
            reservation.unpaid.map(|holder| holder.is_guest),
        ];
        values.to_vec()
    };
    let each: Vec<_> = made.iter().map(values).collect();
    tx.run_each(&INSERT, &each).await.map(drop)
}

pub(crate) async fn of_placement(
    tx: &mut Tx,
    placement_id: PlacementId,
) -> Result<BTreeMap<ProductId, Reservation>> {
    let rows = tx.query(&OF_PLACEMENT, params![placement_id]).await?;
    rows.iter().map(|row| read(row).map(|reservation| (reservation.product_id, reservation))).collect()
}

/// Saves what is held.
pub(crate) async fn save(tx: &mut Tx, reservation: &Reservation) -> Result<()> {
    let Reservation { placement_id, product_id, held, .. } = reservation;
    let values =
        params![*placement_id, *product_id, held.quantity(), held.open, held.consumed, held.released];
    one_row(tx.run(&SAVE, values).await?)
}

/// Units of a locked product that unpaid orders have reserved.
pub(crate) async fn unpaid(tx: &mut Tx, product_id: ProductId, holder: UnpaidHolder) -> Result<UnpaidUnits> {
    let row = tx.query_one(&UNPAID, params![product_id, holder.id]).await?;
    Ok(UnpaidUnits { all: row.get("units")?, guests: row.get("guests")?, own: row.get("own")? })
}

/// The order of a placement is paid: what is reserved for it counts for nobody any more.
pub(crate) async fn set_paid(tx: &mut Tx, placement_id: PlacementId) -> Result<()> {
    tx.run(&PAID, params![placement_id]).await.map(drop)
}

/// The newest placements that wait for a product, each with how many of it.
pub(crate) async fn newest_open(
    tx: &mut Tx,
    product_id: ProductId,
    at_most: i64,
) -> Result<Vec<(PlacementId, i64)>> {
    let rows = tx.query(&NEWEST_OPEN, params![product_id, at_most]).await?;
    rows.iter().map(|row| Ok((row.get("placement_id")?, row.get("open")?))).collect()
}

fn read(row: &Row) -> Result<Reservation> {
    Ok(Reservation {
        placement_id: row.get("placement_id")?,
        product_id: row.get("product_id")?,
        held: ReservationCounts {
            open: row.get("open")?,
            consumed: row.get("consumed")?,
            released: row.get("released")?,
        },
        sku: row.get("sku")?,
        name: row.get("name")?,
        unit_price: Money::new(row.get("price")?, row.get("currency")?),
        created_at: row.get("created_at")?,
        unpaid: match row.get("unpaid_by")? {
            Some(id) => {
                Some(UnpaidHolder { id, is_guest: row.get::<Option<bool>>("unpaid_guest")? == Some(true) })
            }
            None => None,
        },
    })
}
