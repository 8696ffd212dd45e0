//! A hold ends by a question, not by a clock: what became of the placings that still hold stock?
//!
//! A placing is asked about when it is older than the hold, then at doubling intervals up to an hour, and daily
//! once its order is confirmed. An answer is applied exactly like an event, so that the question alone mends
//! any lost event; and a question that is asked twice, or late, does no harm.

use crate::{
    Products,
    store::placements::{self, Placement},
    work::{TRIES, apply_fate::apply_fate},
};
use contracts::placements::{AskFate, Fate, FateQuestion, Fates};
use endpoint::{Body, Context, Json};
use flow::{Cause, HearError};
use kernel::{Timestamp, id::PlacementId};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::sleep;

/// Placings asked about at once.
const BATCH: i64 = 500;
/// For how long nobody else asks; after it, what could not be asked is asked again.
const LEASE: Duration = Duration::from_secs(30);
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// Asks for as long as the node lives.
pub(crate) async fn ask_fates(s: Products) {
    loop {
        match ask_due(&s).await {
            Ok(true) => {}
            Ok(false) => sleep(s.settings.look_every).await,
            Err(error) => {
                tracing::warn!(%error, "the fate of placings is not known; it will be asked again");
                sleep(s.settings.look_every).await;
            }
        }
    }
}

/// Asks about what is due; whether there was anything.
async fn ask_due(s: &Products) -> Result<bool, HearError> {
    // most looks find nothing, and a look costs no commit
    let now = s.db.now().await?;
    if placements::next_ask(&s.db).await?.is_none_or(|ask_at| ask_at > now) {
        return Ok(false);
    }
    let lease = now.plus(LEASE);
    let due = lease_due(s, now, lease).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let asked: BTreeSet<PlacementId> = due.iter().map(|placement| placement.id).collect();
    let ask = FateQuestion { placement_ids: asked.iter().copied().collect() };
    let context = Context::background(&s.env, ASK_WITHIN);
    let Json(Fates { fates }) = s.orders.call(&context, AskFate { ask: Body(ask) }).await?;
    let mut answered = BTreeSet::new();
    for fate in fates {
        let about = match &fate {
            Fate::Never { placement_id } => Some(*placement_id),
            Fate::Order { figures } => figures.placement_id,
        };
        let Some(placement_id) = about.filter(|id| asked.contains(id)) else { continue };
        apply_fate(s, placement_id, &fate, &Cause::system()).await?;
        answered.insert(placement_id);
    }
    if answered.len() < asked.len() {
        tracing::warn!(asked = asked.len(), answered = answered.len(), "some placings were not answered for");
    }
    put_off(s, &due, &answered, now, lease).await?;
    Ok(true)
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

/// Puts the next question off, for what the answers left open.
async fn put_off(
    s: &Products,
    due: &[Placement],
    answered: &BTreeSet<PlacementId>,
    now: Timestamp,
    lease: Timestamp,
) -> db::Result<()> {
    let mut by_step: BTreeMap<Duration, Vec<PlacementId>> = BTreeMap::new();
    for placement in due.iter().filter(|placement| answered.contains(&placement.id)) {
        by_step.entry(next_step(s, placement)).or_default().push(placement.id);
    }
    let once = async || {
        let mut tx = s.db.begin().await?;
        for (step, ids) in &by_step {
            placements::put_off(&mut tx, ids, lease, now.plus(*step), *step).await?;
        }
        tx.commit("products.put_off_questions").await
    };
    s.db.with_retry(TRIES, once).await
}

fn next_step(s: &Products, placement: &Placement) -> Duration {
    match placement.committed {
        true => s.settings.ask_committed_every,
        false => placement.ask_step.saturating_mul(2).min(s.settings.ask_hold_within),
    }
}
