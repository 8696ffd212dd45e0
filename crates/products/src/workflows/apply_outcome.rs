//! Applies a placement outcome, from an event or from a response of orders, in the same way: as a difference (R3).
//!
//! Never placed, or an order that has ended: all open units are released permanently. An active order: its totals are
//! followed. A version older than the newest consumed one has no effect, and the same version only repairs differences: a
//! lost reservation is restored, and units that no longer are needed are released. `never` is final. An order whose units are
//! not available is queried at doubling intervals up to a day, until they are.

use super::{
    TRIES,
    stock_records::{NewMovement, note, publish_lost_reservation, tell_stock},
};
use crate::{
    ProductsSettings, Warehouse,
    catalogue::Product,
    reservation::{OrderDemand, ReservationChange, ReservationCounts},
    store::{
        placements::{self, Placement},
        products,
        reservations::{self, Reservation},
    },
    transition::{self, ReservationState, ReservationTrigger},
};
use contracts::{
    events::{EventType, OrderSnapshot, ReservationEvent},
    placements::PlacementOutcome,
    stock::Reason,
};
use db::{Result, Tx};
use flow::Cause;
use kernel::{
    Timestamp,
    id::{PlacementId, ProductId},
};
use std::{collections::BTreeMap, slice};

/// Where an outcome comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutcomeSource {
    /// An event, which may be repeated.
    Event,
    /// A response to reservation reconciliation, which continues while units are open.
    Query,
}

/// Applies the outcome of a placement.
pub(crate) async fn apply_outcome(
    s: &Warehouse,
    placement_id: PlacementId,
    fate: &PlacementOutcome,
    (heard, cause): (OutcomeSource, &Cause),
) -> Result<()> {
    if s.db.with_retry(TRIES, async || apply_once(s, placement_id, fate, (heard, cause)).await).await? {
        s.journal.wake();
    }
    Ok(())
}

/// Whether an event was written.
async fn apply_once(
    s: &Warehouse,
    placement_id: PlacementId,
    fate: &PlacementOutcome,
    (by, cause): (OutcomeSource, &Cause),
) -> Result<bool> {
    let mut tx = s.db.begin().await?;
    let (placement, is_new) = placements::enter(&mut tx, Placement::new(placement_id)).await?;
    let from = (!is_new).then(|| placement.state());
    let is_old = matches!(fate, PlacementOutcome::Placed { figures } if figures.version < placement.version);
    let Some(to) = transition::next(from, trigger(fate)).filter(|_| !is_old) else {
        tx.rollback().await?;
        return Ok(false);
    };
    let mut reservations = reservations::of_placement(&mut tx, placement_id).await?;
    let behind = who_is_behind(&reservations, fate);
    let is_repeat =
        matches!(fate, PlacementOutcome::Placed { figures } if figures.version == placement.version);
    if is_repeat && behind.is_empty() {
        tx.rollback().await?;
        return Ok(false);
    }
    let ids: Vec<ProductId> = behind.keys().copied().collect();
    let mut shelves = products::lock_all(&mut tx, &ids).await?;
    // an active order waits for units that are not available
    let (mut told, mut lacks) = (false, false);
    for (product_id, wanted) in behind {
        let reservation = reservations.remove(&product_id);
        let Some(product) = shelves.remove(&product_id) else {
            lacks = true;
            tell_lost_product(s, &mut tx, cause, placement_id, product_id, wanted).await?;
            told = true;
            continue;
        };
        // a lost reservation was published when it was new; a repeated event does not publish it again
        if is_repeat && by == OutcomeSource::Event && !can_follow(&product, reservation.as_ref(), wanted) {
            lacks = true;
            reservations.extend(reservation.map(|reservation| (product_id, reservation)));
            continue;
        }
        let (reservation, one_told) =
            reconcile(s, &mut tx, cause, &product, (placement_id, reservation), wanted).await?;
        told |= one_told;
        lacks |= reservation.held.is_behind(wanted);
        reservations.insert(product_id, reservation);
    }
    let needs = match reservations.values().any(|reservation| reservation.held.open > 0) {
        _ if lacks && !ends(fate) => RemainingNeed::Stock,
        true => RemainingNeed::Release,
        false => RemainingNeed::Nothing,
    };
    let now = tx.now().await?;
    let after = heard(&s.settings, placement, (fate, to), (by, needs), now);
    placements::save(&mut tx, &placement, &after).await?;
    if after.committed && reservations.values().any(|reservation| reservation.unpaid.is_some()) {
        reservations::set_paid(&mut tx, placement_id).await?;
    }
    tx.commit("products.apply_fate").await?;
    Ok(told)
}

/// The products whose reservation must follow, each with the order's demand.
fn who_is_behind(
    reservations: &BTreeMap<ProductId, Reservation>,
    fate: &PlacementOutcome,
) -> BTreeMap<ProductId, OrderDemand> {
    let mut wanted: BTreeMap<ProductId, OrderDemand> = BTreeMap::new();
    // a product that the order does not name is not part of it
    let unnamed = |r: &Reservation| match ends(fate) {
        true => OrderDemand::Ended { shipped: r.held.consumed },
        false => OrderDemand::Active { ordered: 0, cancelled: 0, shipped: r.held.consumed },
    };
    wanted.extend(reservations.iter().map(|(id, r)| (*id, unnamed(r))));
    if let PlacementOutcome::Placed { figures } = fate {
        for said in &figures.products {
            let live = OrderDemand::from(said);
            wanted.insert(said.product_id, if figures.terminal { live.ended() } else { live });
        }
    }
    wanted.retain(|id, wanted| {
        let held = reservations.get(id).map_or(ReservationCounts::missing(wanted.ordered()), |r| r.held);
        held.is_behind(*wanted)
    });
    wanted
}

/// Whether anything would change: units consumed, released, or reserved again.
fn can_follow(product: &Product, reservation: Option<&Reservation>, wanted: OrderDemand) -> bool {
    let mut held =
        reservation.map_or(ReservationCounts::missing(wanted.ordered()), |reservation| reservation.held);
    let ReservationChange { sold, freed, mended, .. } = held.follow(wanted, &mut { product.stock });
    sold > 0 || freed > 0 || mended > 0
}

/// Reconciles one reservation and its product's stock with the demand; returns the reservation, and whether an event was
/// written.
async fn reconcile(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    product: &Product,
    (placement_id, reservation): (PlacementId, Option<Reservation>),
    wanted: OrderDemand,
) -> Result<(Reservation, bool)> {
    let is_new = reservation.is_none();
    let mut reservation = match reservation {
        Some(reservation) => reservation,
        None => Reservation::of(
            product,
            placement_id,
            ReservationCounts::missing(wanted.ordered()),
            tx.now().await?,
        ),
    };
    let mut stock = product.stock;
    let followed = reservation.held.follow(wanted, &mut stock);
    match is_new {
        true => reservations::insert(tx, slice::from_ref(&reservation)).await?,
        false => reservations::save(tx, &reservation).await?,
    }
    if stock != product.stock {
        products::set_stock(tx, product, stock).await?;
    }
    note_shipped(s, tx, cause, product, &reservation, followed).await?;
    let mut told = tell_stock(s, tx, cause, product.id, (product.stock, stock)).await?;
    let ReservationChange { mended, lost, .. } = followed;
    let missing = [(EventType::ReservationMended, mended), (EventType::ReservationLost, lost)];
    for (kind, quantity) in missing.into_iter().filter(|(_, quantity)| *quantity > 0) {
        let data = ReservationEvent { placement_id, product_id: product.id, quantity };
        publish_lost_reservation(s, tx, cause, (kind, true), &data).await?;
        told = true;
    }
    Ok((reservation, told))
}

/// The ledger's rows for what was shipped: a sale is never refused, so what the books lack was found first.
async fn note_shipped(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    product: &Product,
    reservation: &Reservation,
    followed: ReservationChange,
) -> Result<()> {
    let ReservationChange { sold, found, .. } = followed;
    let on_hand = product.stock.on_hand + found;
    if found > 0 {
        let placement_id = reservation.placement_id;
        tracing::warn!(%placement_id, product_id = %product.id, found, "shipment exceeds stock on hand; stock corrected");
        note(s, tx, cause, product.id, NewMovement::new(Reason::Found, found, on_hand)).await?;
    }
    if sold > 0 {
        let sale = Some((reservation.placement_id, reservation.held.consumed));
        let moved = NewMovement { sale, ..NewMovement::new(Reason::Sale, -sold, on_hand - sold) };
        note(s, tx, cause, product.id, moved).await?;
    }
    Ok(())
}

/// An active order names a product that does not exist: only after a restore.
async fn tell_lost_product(
    s: &Warehouse,
    tx: &mut Tx,
    cause: &Cause,
    placement_id: PlacementId,
    product_id: ProductId,
    wanted: OrderDemand,
) -> Result<()> {
    let data = ReservationEvent { placement_id, product_id, quantity: wanted.ordered() };
    publish_lost_reservation(s, tx, cause, (EventType::ReservationLost, false), &data).await
}

/// What a placement still needs from reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RemainingNeed {
    /// Nothing is open.
    Nothing,
    /// Its open units become consumed or released one day.
    Release,
    /// Its order is active, and waits for units that are not available.
    Stock,
}

/// The placement after this fate was consumed, and when it is asked about next: all by the database's clock (R6).
fn heard(
    settings: &ProductsSettings,
    before: Placement,
    (fate, to): (&PlacementOutcome, ReservationState),
    (by, needs): (OutcomeSource, RemainingNeed),
    now: Timestamp,
) -> Placement {
    let (version, confirmed) = match fate {
        PlacementOutcome::NeverPlaced { .. } => (before.version, false),
        PlacementOutcome::Placed { figures: OrderSnapshot { version, confirmed, .. } } => {
            (*version, *confirmed)
        }
    };
    let ProductsSettings { hold, ask_committed_every, .. } = *settings;
    let newly_committed = confirmed && !before.committed;
    let wait = if newly_committed { ask_committed_every } else { hold };
    let (ask_at, ask_step) = match (needs, before.ask_at) {
        (RemainingNeed::Nothing, _) => (None, before.ask_step),
        // stock can arrive at any time: soon at first, and daily in the end
        (RemainingNeed::Stock, Some(_)) if by == OutcomeSource::Query && version == before.version => {
            let step = before.ask_step.saturating_mul(2).max(hold).min(ask_committed_every);
            (Some(now.plus(step)), step)
        }
        (RemainingNeed::Stock, Some(at)) if version == before.version => (Some(at), before.ask_step),
        (RemainingNeed::Stock, _) => (Some(now.plus(hold)), hold),
        (RemainingNeed::Release, Some(at)) if !newly_committed => (Some(at), before.ask_step),
        (RemainingNeed::Release, _) => (Some(now.plus(wait)), wait),
    };
    let (gone, committed) = (to == ReservationState::Gone, before.committed || confirmed);
    Placement { id: before.id, gone, committed, version, ask_at, ask_step }
}

/// What is consumed, as the machine names it.
fn trigger(fate: &PlacementOutcome) -> ReservationTrigger {
    match fate {
        PlacementOutcome::NeverPlaced { .. } => ReservationTrigger::Dead,
        PlacementOutcome::Placed { figures } if figures.terminal => ReservationTrigger::Ended,
        PlacementOutcome::Placed { figures } if figures.confirmed => ReservationTrigger::Confirmed,
        PlacementOutcome::Placed { .. } => ReservationTrigger::Lives,
    }
}

/// Whether nothing of the placement will ever be needed again.
fn ends(fate: &PlacementOutcome) -> bool {
    match fate {
        PlacementOutcome::NeverPlaced { .. } => true,
        PlacementOutcome::Placed { figures } => figures.terminal,
    }
}
