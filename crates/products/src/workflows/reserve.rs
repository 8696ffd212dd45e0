//! Reserving all lines of a placement, or none (see `docs/lifecycle.md`, Stock reservation).
//!
//! The tombstoned placements are released first, in the same transaction, and unknown ones are stored as gone. Then all
//! products involved are locked, the rule decides on the current stock, and guarded updates apply the decision.

use super::{TRIES, stock_records::tell_stock};
use crate::{
    Products,
    catalogue::Product,
    reservation::{OrderDemand, ReservationCounts, can_all_be_had},
    stock::Stock,
    store::{
        placements::{self, Placement},
        products,
        reservations::{self, Reservation},
    },
    transition::{self, ReservationTrigger},
};
use contracts::reservations::{ReserveOutcome, UnpaidHolder};
use db::{Result, Tx};
use flow::Cause;
use kernel::{
    Timestamp,
    id::{PlacementId, ProductId},
};
use std::collections::{BTreeMap, BTreeSet};

/// A request to reserve: quantities above 0, summed by product.
#[derive(Debug, Clone)]
pub(crate) struct ReserveInput {
    pub(crate) placement_id: PlacementId,
    pub(crate) tombstoned: BTreeSet<PlacementId>,
    pub(crate) lines: BTreeMap<ProductId, i64>,
    /// The customer to whom the limits of unpaid orders apply.
    pub(crate) unpaid: Option<UnpaidHolder>,
}

/// Reserves, and returns once that is durable.
pub(crate) async fn reserve(s: &Products, wish: &ReserveInput, cause: &Cause) -> Result<ReserveOutcome> {
    let (answer, told) = s.db.with_retry(TRIES, async || reserve_once(s, wish, cause).await).await?;
    if told {
        s.journal.wake();
    }
    Ok(answer)
}

async fn reserve_once(s: &Products, wish: &ReserveInput, cause: &Cause) -> Result<(ReserveOutcome, bool)> {
    let mut tx = s.db.begin().await?;
    let now = tx.now().await?;
    let (own, is_new, tombstoned) = enter_all(s, &mut tx, wish, now).await?;
    let freed = bury(&mut tx, &tombstoned).await?;
    let wanted = wish.lines.keys().copied().filter(|_| is_new);
    let ids: BTreeSet<ProductId> = freed.iter().map(|r| r.product_id).chain(wanted).collect();
    let ids: Vec<ProductId> = ids.into_iter().collect();
    let mut shelves = products::lock_all(&mut tx, &ids).await?;
    let before: Vec<(ProductId, Stock)> = shelves.iter().map(|(id, product)| (*id, product.stock)).collect();
    put_back(&mut tx, freed, &mut shelves).await?;
    let answer = match is_new {
        true => reserve_new(s, &mut tx, wish, &mut shelves, now).await?,
        false => by_its_state(&mut tx, own, wish).await?,
    };
    let reserved = is_new && matches!(answer, ReserveOutcome::Reserved { .. });
    if !reserved && tombstoned.is_empty() {
        tx.rollback().await?; // the response may depend on a commit that is not durable yet (R9)
        return Ok((answer, false));
    }
    if is_new && !reserved {
        placements::forget(&mut tx, wish.placement_id).await?;
    }
    let mut told = false;
    for (id, before) in before {
        let after = shelves.get(&id).map_or(before, |product| product.stock);
        told |= tell_stock(s, &mut tx, cause, id, (before, after)).await?;
    }
    tx.commit("products.reserve_stock").await?;
    Ok((answer, told))
}

/// Locks the rows of all placements: the one to reserve, whether it was unknown, and the tombstoned ones that are not
/// stored as gone yet.
async fn enter_all(
    s: &Products,
    tx: &mut Tx,
    wish: &ReserveInput,
    now: Timestamp,
) -> Result<(Placement, bool, Vec<Placement>)> {
    let hold = s.settings.hold;
    let ask_at = (!wish.lines.is_empty()).then(|| now.plus(hold));
    let mut own = Placement { ask_at, ask_step: hold, ..Placement::new(wish.placement_id) };
    let mut is_new = false;
    let mut tombstoned = Vec::new();
    let ids: BTreeSet<PlacementId> = wish.tombstoned.iter().copied().chain([own.id]).collect();
    for id in ids {
        if id == own.id {
            (own, is_new) = placements::enter(tx, own).await?;
            continue;
        }
        let (placement, is_new) = placements::enter(tx, Placement::new(id)).await?;
        let state = (!is_new).then(|| placement.state());
        if transition::next(state, ReservationTrigger::Dead).is_some() {
            tombstoned.push(placement);
        }
    }
    Ok((own, is_new, tombstoned))
}

/// Stores tombstoned placements as gone; returns their reservations.
async fn bury(tx: &mut Tx, tombstoned: &[Placement]) -> Result<Vec<Reservation>> {
    let mut held = Vec::new();
    for placement in tombstoned {
        let gone = Placement { gone: true, ask_at: None, ..*placement };
        placements::save(tx, placement, &gone).await?;
        let reservations = reservations::of_placement(tx, placement.id).await?;
        held.extend(reservations.into_values().filter(|reservation| reservation.held.open > 0));
    }
    Ok(held)
}

/// Releases the reservations of tombstoned placements.
async fn put_back(
    tx: &mut Tx,
    freed: Vec<Reservation>,
    shelves: &mut BTreeMap<ProductId, Product>,
) -> Result<()> {
    let mut changed = BTreeMap::new();
    for mut reservation in freed {
        let Some(product) = shelves.get(&reservation.product_id) else { continue };
        let stock = changed.entry(product.id).or_insert(product.stock);
        let shipped = reservation.held.consumed;
        reservation.held.follow(OrderDemand::Ended { shipped }, stock);
        reservations::save(tx, &reservation).await?;
    }
    for (id, stock) in changed {
        let Some(product) = shelves.get_mut(&id) else { continue };
        products::set_stock(tx, product, stock).await?;
        product.stock = stock;
        product.stock_version += 1;
    }
    Ok(())
}

/// Reserves every line of a placement that was unknown, or none.
async fn reserve_new(
    s: &Products,
    tx: &mut Tx,
    wish: &ReserveInput,
    shelves: &mut BTreeMap<ProductId, Product>,
    now: Timestamp,
) -> Result<ReserveOutcome> {
    let rooms = rooms(s, tx, wish, shelves).await?;
    if let Err(refusal) = can_all_be_had(&wish.lines, shelves, &rooms) {
        return Ok(refusal);
    }
    let mut made = Vec::new();
    for (id, &quantity) in &wish.lines {
        let Some(product) = shelves.get_mut(id) else { continue };
        product.stock.reserve(quantity);
        let held = ReservationCounts { open: quantity, ..ReservationCounts::default() };
        let reservation = Reservation::of(product, wish.placement_id, held, now);
        made.push(Reservation { unpaid: wish.unpaid, ..reservation });
    }
    products::reserve(tx, &wish.lines).await?;
    reservations::insert(tx, &made).await?;
    Ok(ReserveOutcome::Reserved { lines: made.iter().map(Reservation::line).collect() })
}

/// How many units of each product the limits of unpaid orders allow, if that needs a query. The products are locked, so that
/// the limits are exact.
async fn rooms(
    s: &Products,
    tx: &mut Tx,
    wish: &ReserveInput,
    shelves: &BTreeMap<ProductId, Product>,
) -> Result<BTreeMap<ProductId, i64>> {
    let mut rooms = BTreeMap::new();
    let Some(holder) = wish.unpaid else { return Ok(rooms) };
    let limits = s.settings.unpaid;
    for (id, quantity) in &wish.lines {
        let Some(stock) = shelves.get(id).map(|product| product.stock) else { continue };
        if !limits.allows_anyway(stock, *quantity) {
            let unpaid = reservations::unpaid(tx, *id, holder).await?;
            rooms.insert(*id, limits.room(stock, unpaid, holder.is_guest));
        }
    }
    Ok(rooms)
}

/// The response for a known placement: its current state.
async fn by_its_state(tx: &mut Tx, own: Placement, wish: &ReserveInput) -> Result<ReserveOutcome> {
    let reservations = reservations::of_placement(tx, own.id).await?;
    let holds_none = reservations.values().all(|r| r.held.open + r.held.consumed == 0);
    let is_refused = transition::next(Some(own.state()), ReservationTrigger::Reserve).is_none();
    if is_refused || (holds_none && !reservations.is_empty()) {
        return Ok(ReserveOutcome::Gone);
    }
    let same = reservations.iter().map(|(id, r)| (*id, r.held.quantity())).eq(wish.lines.clone());
    if !same {
        return Ok(ReserveOutcome::Mismatch);
    }
    Ok(ReserveOutcome::Reserved { lines: reservations.values().map(Reservation::line).collect() })
}
