//! The records of a stock change, written in its transaction: movements and events.

use crate::{
    Warehouse,
    catalogue::{Product, stock_event},
    stock::{Stock, news},
    store::{movements, products, reservations},
};
use contracts::{
    events::{EventType, ReservationEvent},
    stock::{Movement, Reason},
};
use db::{Result, Tx};
use flow::Cause;
use kernel::id::{PlacementId, ProductId};

/// A movement to be noted.
#[derive(Debug, Clone)]
pub(crate) struct NewMovement {
    pub(crate) delta: i64,
    /// Units on hand after the movement.
    pub(crate) on_hand: i64,
    pub(crate) reason: Reason,
    /// For a sale: whose, and what it has had shipped so far.
    pub(crate) sale: Option<(PlacementId, i64)>,
    pub(crate) note: Option<String>,
    /// What it is booked for, once.
    pub(crate) reference: Option<String>,
}

impl NewMovement {
    /// A movement that is no sale.
    pub(crate) fn new(reason: Reason, delta: i64, on_hand: i64) -> Self {
        NewMovement { delta, on_hand, reason, sale: None, note: None, reference: None }
    }
}

/// Maximum placements in an event.
const NAMED_MAX: i64 = 500;
/// Maximum placements in an error.
const NAMED_TO_STAFF: i64 = 10;

/// Appends a movement to the ledger.
pub(crate) async fn note(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    product_id: ProductId,
    moved: NewMovement,
) -> Result<Movement> {
    let movement = Movement {
        id: s.env.id(),
        product_id,
        delta: moved.delta,
        on_hand: moved.on_hand,
        reason: moved.reason,
        placement_id: moved.sale.map(|(placement_id, _)| placement_id),
        actor: cause.actor.clone(),
        note: moved.note,
        reference: moved.reference,
        at: s.env.now(),
    };
    movements::insert(tx, &movement, moved.sale.map(|(_, shipped)| shipped)).await?;
    Ok(movement)
}

/// Publishes changes of a product's stock; whether there are any. Its rows are written before.
pub(crate) async fn tell_stock(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    product_id: ProductId,
    (before, after): (Stock, Stock),
) -> Result<bool> {
    let news = news(before, after, s.settings.low_stock);
    let any = !news.is_empty();
    if any {
        tell_news(s, tx, cause, product_id, after, news).await?;
    }
    Ok(any)
}

/// Publishes these changes of a product's stock.
pub(crate) async fn tell_news(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    product_id: ProductId,
    stock: Stock,
    news: Vec<EventType>,
) -> Result<()> {
    let first = products::next_sequence(tx, product_id, news.len() as i64).await?;
    // every event names them: a consumer that handles a later event first skips the earlier one (R3)
    let data = stock_event(product_id, stock, short_of(tx, product_id, stock.short()).await?);
    for (sequence, kind) in (first..).zip(news) {
        s.journal.record(tx, kind, product_id, sequence, cause, &data).await?;
    }
    Ok(())
}

/// The newest placements that would have to be cancelled to end a shortfall.
async fn short_of(tx: &mut Tx, product_id: ProductId, mut short: i64) -> Result<Vec<PlacementId>> {
    if short == 0 {
        return Ok(Vec::new());
    }
    let newest = reservations::newest_open(tx, product_id, NAMED_MAX).await?;
    let concerned = newest.into_iter().take_while(|(_, open)| {
        let concerned = short > 0;
        short -= open;
        concerned
    });
    Ok(concerned.map(|(placement_id, _)| placement_id).collect())
}

/// The newest placements that hold units of a product: for staff, who would take what is reserved.
pub(crate) async fn newest_holders(tx: &mut Tx, product_id: ProductId) -> Result<Vec<PlacementId>> {
    let newest = reservations::newest_open(tx, product_id, NAMED_TO_STAFF).await?;
    Ok(newest.into_iter().map(|(placement_id, _)| placement_id).collect())
}

/// Publishes a change of a product's catalogue data.
pub(crate) async fn tell_product(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    kind: EventType,
    product: &Product,
) -> Result<()> {
    let sequence = products::next_sequence(tx, product.id, 1).await?;
    s.journal.record(tx, kind, product.id, sequence, cause, &product.event()).await.map(drop)
}

/// Publishes that the reservation of an active order is lost or restored: an alarm either way.
pub(crate) async fn publish_lost_reservation(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    (kind, known): (EventType, bool),
    data: &ReservationEvent,
) -> Result<()> {
    let ReservationEvent { placement_id, product_id, quantity } = data;
    tracing::error!(%placement_id, %product_id, quantity, "{kind}: a live order's reservation was not there");
    // a product that does not exist has no event sequence
    let sequence = if known { products::next_sequence(tx, *product_id, 1).await? } else { 1 };
    s.journal.record(tx, kind, product_id, sequence, cause, data).await.map(drop)
}
