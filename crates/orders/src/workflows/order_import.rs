//! Takes an order over from another system: what was ordered, by whom, when and at what price. It holds no stock,
//! since the other system counted none, and waits for no payment by any time. What became of it follows, by the ways
//! that every order goes.

use crate::{
    NAME,
    order::{Order, PersonalData, PlacementData, PricedLines, RequestedLine},
    store::{self, placements::StoredPlacement},
};
use contracts::{Metadata, orders::Adjustment};
use db::Db;
use flow::{Cause, Journal};
use kernel::{Env, Money, Timestamp, id::*};
use std::fmt;

/// An order of another system.
#[derive(Debug, Clone)]
pub struct ImportedOrder {
    /// Its id here, the same each time that it is imported.
    pub id: OrderId,
    /// Its placement's id: the same, too.
    pub placement_id: PlacementId,
    /// Its line's id: the same, too.
    pub line_id: LineId,
    /// Who ordered.
    pub user_id: UserId,
    /// Whom to write to about what is still to come.
    pub email: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
    /// What was ordered.
    pub title: String,
    /// How many of it.
    pub quantity: i64,
    /// The price of one.
    pub unit_price: Money,
    /// What was added and taken off; what was settled elsewhere is taken off.
    pub adjustments: Vec<Adjustment>,
    /// The shop's own data.
    pub metadata: Metadata,
    /// When it was placed there.
    pub placed_at: Timestamp,
}

/// Why an order was not taken over.
#[derive(Debug)]
pub enum OrderImportError {
    /// What it comes to is below zero, or too much to be written down.
    Total,
    /// What the database says.
    Db(db::Error),
}

impl fmt::Display for OrderImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OrderImportError::Total => f.write_str("what it comes to is below zero or too much"),
            OrderImportError::Db(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for OrderImportError {}
impl From<db::Error> for OrderImportError {
    fn from(error: db::Error) -> Self {
        OrderImportError::Db(error)
    }
}

/// Takes an order over, as one that has been placed. False: it is there already, and stays as it is.
///
/// # Errors
/// See [`OrderImportError`].
pub async fn import_order(db: &Db, env: &Env, imported: &ImportedOrder) -> Result<bool, OrderImportError> {
    if !may_import(db, imported).await? {
        return Ok(false);
    }
    let priced = priced(imported)?;
    let mut tx = db.begin().await?;
    let placing = PlacementData {
        id: imported.id,
        number: store::orders::next_number(&mut tx).await?,
        placement_id: Some(imported.placement_id),
        user_id: imported.user_id,
        guest_id: None,
        priced,
        metadata: imported.metadata.clone(),
        is_short: false,
    };
    let cannot = |_| db::Error::other("the machine has no way to place an order");
    // nobody has until some time to pay it: no timer is set either
    let (mut order, change) = Order::place(placing, imported.placed_at, None).map_err(cannot)?;
    // whoever asks for what has changed since has not seen it
    order.updated_at = env.now();
    let placed = StoredPlacement {
        placement_id: imported.placement_id,
        order_id: order.id,
        // no request leads to this placement
        body_hash: Vec::new(),
        answer: None,
        created_at: order.updated_at,
    };
    if !store::placements::insert(&mut tx, &placed, order.user_id, &order).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let ImportedOrder { email, name, .. } = imported.clone();
    store::orders::insert(&mut tx, &order).await?;
    let person = PersonalData { email, name, ..PersonalData::default() };
    store::personal_data::insert(&mut tx, order.id, &person).await?;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    for event in &change.events {
        journal.record(&mut tx, event.kind, order.id, event.version, &Cause::import(), &event.data).await?;
    }
    store::sales_totals::follow(&mut tx, &order, change.counted).await?;
    tx.commit("orders.import_order").await?;
    Ok(true)
}

fn priced(imported: &ImportedOrder) -> Result<PricedLines, OrderImportError> {
    let ImportedOrder { title, unit_price, quantity, line_id, .. } = imported;
    let line = RequestedLine::Custom { title: title.clone(), unit_price: *unit_price, quantity: *quantity };
    let adjustments = imported.adjustments.clone();
    let priced = PricedLines::of(&[line], &[], adjustments, unit_price.currency, || *line_id);
    priced.map_err(|_| OrderImportError::Total)
}

/// Whether it would be taken over. False: it is there already.
///
/// # Errors
/// See [`OrderImportError`].
pub async fn may_import(db: &Db, imported: &ImportedOrder) -> Result<bool, OrderImportError> {
    priced(imported)?;
    Ok(store::orders::find(db, imported.id).await?.is_none())
}
