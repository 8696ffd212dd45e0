//! Reservations' rows: written only by whoever holds the row of their placing.

use super::one_row;
use crate::{catalogue::Product, reservation::Held};
use contracts::reservations::ReservedLine;
use db::{Result, Row, Tx, params, statements};
use kernel::{
    Money, Timestamp,
    id::{PlacementId, ProductId},
};
use std::collections::BTreeMap;

statements! {
    INSERT = "insert into reservation (placement_id, product_id, quantity, open, consumed, released,
                                       sku, name, price, currency, created_at)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    OF_PLACEMENT = "select * from reservation where placement_id = $1 order by product_id";
    SAVE = "update reservation set quantity = $3, open = $4, consumed = $5, released = $6
            where placement_id = $1 and product_id = $2";
    NEWEST_OPEN = "select placement_id, open from reservation where product_id = $1 and open > 0
                   order by created_at desc, placement_id desc limit $2";
}

/// What is held of a product for a placing, and what was reserved at the first time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reservation {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) held: Held,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) unit_price: Money,
    pub(crate) created_at: Timestamp,
}

impl Reservation {
    /// A reservation of a product as it is now.
    pub(crate) fn of(
        product: &Product,
        placement_id: PlacementId,
        held: Held,
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
        }
    }

    /// As the placing is answered.
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

/// The newest placings that wait for a product, each with how many of it.
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
        held: Held { open: row.get("open")?, consumed: row.get("consumed")?, released: row.get("released")? },
        sku: row.get("sku")?,
        name: row.get("name")?,
        unit_price: Money::new(row.get("price")?, row.get("currency")?),
        created_at: row.get("created_at")?,
    })
}
