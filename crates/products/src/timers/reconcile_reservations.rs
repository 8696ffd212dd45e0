//! Reservation reconciliation: reservations are released by a query, not by a timeout. It asks orders for the outcome of
//! placements with open units.
//!
//! A placement is queried when it is older than `ORDO_HOLD`, then at doubling intervals up to an hour, and daily once its
//! order is confirmed. A response is applied exactly like an event, so that reconciliation alone repairs a lost event; a
//! repeated or late query does no harm.

use crate::{
    Products,
    store::placements::{self, NextReconciliation, Placement},
    workflows::{
        TRIES,
        apply_outcome::{OutcomeSource, apply_outcome},
    },
};
use contracts::placements::{PlacementOutcome, ResolvePlacements, ResolvePlacementsRequest};
use endpoint::{Body, Context, Json, NoErrors, client::CallError};
use flow::{Cause, ConsumeError};
use kernel::{Timestamp, id::PlacementId, time::AHEAD};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::sleep;

/// Placements per query.
const BATCH: i64 = 500;
/// Lease of the queried placements; after it, a failed query is repeated.
const LEASE: Duration = Duration::from_secs(30);
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// Reconciles while the node runs.
pub(crate) async fn ask_fates(s: Products) {
    loop {
        match ask_due(&s).await {
            Ok(true) => {}
            Ok(false) => sleep(s.settings.look_every).await,
            Err(error) => {
                tracing::warn!(%error, "reservation reconciliation failed; will retry");
                sleep(s.settings.look_every).await;
            }
        }
    }
}

/// Queries the placements that are due; whether there were any.
async fn ask_due(s: &Products) -> Result<bool, ConsumeError> {
    // most polls find nothing, and a poll costs no commit
    let now = s.db.now().await?;
    let (next, last) = placements::next_asks(&s.db).await?;
    if last.is_some_and(|last| last > farthest(s, now)) {
        set_back(s).await?;
        return Ok(true);
    }
    if next.is_none_or(|ask_at| ask_at > now) {
        return Ok(false);
    }
    let lease = now.plus(LEASE);
    let due = lease_due(s, now, lease).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let fates = ask(s, due.iter().map(|placement| placement.id).collect()).await?;
    let mut followed = BTreeSet::new();
    for Placement { id, .. } in &due {
        match fates
            .get(id)
            .map(async |fate| apply_outcome(s, *id, fate, (OutcomeSource::Query, &Cause::system())).await)
        {
            Some(applied) => match applied.await.map_err(ConsumeError::from) {
                Ok(()) => _ = followed.insert(*id),
                // an outcome that cannot be applied does not hold up the others
                Err(ConsumeError::Permanent(error)) => {
                    tracing::error!(placement_id = %id, error, "placement outcome cannot be applied");
                }
                Err(later) => return Err(later),
            },
            None => tracing::error!(placement_id = %id, "placement outcome missing in the response"),
        }
    }
    put_off(s, &due, &followed, now, lease).await?;
    Ok(true)
}

/// Maximum interval: a query further in the future was scheduled by a clock that was ahead.
fn farthest(s: &Products, now: Timestamp) -> Timestamp {
    now.plus(s.settings.hold.max(s.settings.ask_committed_every)).plus(AHEAD)
}

/// Reschedules queries of a clock that was ahead to now (decision 32), so that stock is not reserved until then.
async fn set_back(s: &Products) -> db::Result<()> {
    let mut tx = s.db.begin().await?;
    let now = tx.now().await?;
    let asked = placements::set_back(&mut tx, now, farthest(s, now)).await?;
    tx.commit("products.set_questions_back").await?;
    tracing::warn!(asked, "future reconciliations rescheduled after clock correction");
    Ok(())
}

/// The outcomes of these placements, as far as orders returns them. If one makes the query fail, the query is split in
/// halves until it is alone.
async fn ask(
    s: &Products,
    asked: Vec<PlacementId>,
) -> Result<BTreeMap<PlacementId, PlacementOutcome>, ConsumeError> {
    let context = Context::background(&s.env, ASK_WITHIN);
    let mut fates = BTreeMap::new();
    let mut questions = vec![asked];
    while let Some(mut placement_ids) = questions.pop() {
        let ask = ResolvePlacementsRequest { placement_ids: placement_ids.clone() };
        match s.orders.call(&context, ResolvePlacements { ask: Body(ask) }).await {
            Ok(Json(answer)) => fates.extend(answer.fates.into_iter().filter_map(|fate| {
                let about = about(&fate).filter(|id| placement_ids.contains(id))?;
                Some((about, fate))
            })),
            Err(error) if is_about_one(&error) && !context.left().is_zero() => {
                tracing::warn!(%error, asked = placement_ids.len(), "reconciliation request failed");
                if placement_ids.len() > 1 {
                    questions.push(placement_ids.split_off(placement_ids.len() / 2));
                    questions.push(placement_ids);
                }
            }
            Err(error) if fates.is_empty() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "orders became unreachable during reconciliation");
                break;
            }
        }
    }
    Ok(fates)
}

/// Whether a part of the query may succeed: it failed because of its content. While orders is unreachable or overloaded,
/// every query fails.
fn is_about_one(error: &CallError<NoErrors>) -> bool {
    match error {
        CallError::Problem(problem) => matches!(problem.status, 400 | 413 | 422 | 500),
        // such as a response that is too long
        CallError::Broken(broken) => broken.arrived,
        CallError::Refused(never) => match *never {},
    }
}

fn about(fate: &PlacementOutcome) -> Option<PlacementId> {
    match fate {
        PlacementOutcome::NeverPlaced { placement_id } => Some(*placement_id),
        PlacementOutcome::Placed { figures } => figures.placement_id,
    }
}

async fn lease_due(s: &Products, now: Timestamp, lease: Timestamp) -> db::Result<Vec<Placement>> {
    let once = async || {
        let mut tx = s.db.begin().await?;
        let due = placements::lease_due(&mut tx, now, lease, BATCH).await?;
        tx.commit("products.lease_questions").await?;
        Ok(due)
    };
    s.db.with_retry(TRIES, once).await
}

/// Postpones the next query, also for outcomes that could not be applied.
async fn put_off(
    s: &Products,
    due: &[Placement],
    followed: &BTreeSet<PlacementId>,
    now: Timestamp,
    lease: Timestamp,
) -> db::Result<()> {
    let mut by_next: BTreeMap<NextReconciliation, Vec<PlacementId>> = BTreeMap::new();
    for placement in due {
        let next = next(s, placement, followed.contains(&placement.id));
        by_next.entry(next).or_default().push(placement.id);
    }
    let once = async || {
        let mut tx = s.db.begin().await?;
        for (next, ids) in &by_next {
            placements::put_off(&mut tx, ids, lease, now, *next).await?;
        }
        tx.commit("products.put_off_questions").await
    };
    s.db.with_retry(TRIES, once).await
}

fn next(s: &Products, placement: &Placement, followed: bool) -> NextReconciliation {
    let settings = &s.settings;
    let doubled = placement.ask_step.saturating_mul(2).min(settings.ask_hold_within);
    let (wait, step) = match (placement.committed, followed) {
        (true, true) => (settings.ask_committed_every, settings.ask_committed_every),
        // a day is long for what needs an outcome
        (true, false) => (settings.ask_hold_within, placement.ask_step),
        (false, _) => (doubled, doubled),
    };
    NextReconciliation { wait, step, in_vain: !followed }
}
