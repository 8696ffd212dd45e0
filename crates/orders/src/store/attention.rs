//! Counts the orders that need attention.

use crate::attention::{AttentionFilter, bit};
use contracts::orders::{Attention, AttentionKind};
use db::{Db, Result, params, statements};
use kernel::Timestamp;

/// The masks that orders have at the moment and that meet a condition. Each is found behind the one before by a look into the index,
/// so that this takes as long as there are masks, however many orders have them.
macro_rules! masks {
    ($condition:literal) => {
        concat!(
            "with recursive masks(mask) as (select min(attention) from orders where attention > 0 union all ",
            "select (select min(attention) from orders where attention > masks.mask and attention > 0) ",
            "from masks where mask is not null) select mask from masks where ",
            $condition
        )
    };
}
pub(super) use masks;

/// How many orders have the mask at hand and meet a condition, up to `$1`.
macro_rules! count {
    ($condition:literal) => {
        concat!(
            "(select count(*) from (select 1 from orders where attention = mask and attention > 0",
            $condition,
            " limit $1) as few)"
        )
    };
}

statements! {
    /// A row for each mask, and one for drafts, which have none: [`DRAFTS`]. What depends on the clock is counted for the masks that can
    /// have it.
    COUNT_ATTENTION = (concat!(
        "select mask, ", count!(""), " as waiting, ", count!(" and created_at < $2"), " as late, ",
        "case when mask & $5 <> 0 then ", count!(" and payment_due_at < $3"), " else 0 end as expiring, ",
        "case when mask & $6 <> 0 then ", count!(" and refunding_since < $4"), " else 0 end as delayed ",
        "from (", masks!("mask > 0"), ") as found union all ",
        "select 16384, (select count(*) from (select 1 from orders where status = 'draft' limit $1) as few), 0, 0, 0"
    ));
}

/// In the place of a mask, a bit that none has.
const DRAFTS: i64 = 16384;

/// How many orders need attention, of each kind.
pub(crate) async fn count(db: &Db, now: Timestamp) -> Result<Attention> {
    use AttentionKind::*;
    let values = params![
        Attention::MOST,
        AttentionFilter::new(ToPackLate, now).created_before,
        AttentionFilter::new(UnpaidExpiring, now).due_before,
        AttentionFilter::new(RefundDelayed, now).refunding_before,
        bit(UnpaidExpiring),
        bit(RefundDelayed),
    ];
    let rows = db.query(&COUNT_ATTENTION, values).await?;
    let masks: Vec<i64> = rows.iter().map(|row| row.get("mask")).collect::<Result<_>>()?;
    let sum = |bit: i64, column: &str| -> Result<i64> {
        let has_bit = masks.iter().zip(&rows).filter(|(mask, _)| *mask & bit != 0);
        let counts: Vec<i64> = has_bit.map(|(_, row)| row.get(column)).collect::<Result<_>>()?;
        Ok(counts.iter().sum::<i64>().min(Attention::MOST))
    };
    let of = |kind| match kind {
        ToPackLate => sum(bit(kind), "late"),
        UnpaidExpiring => sum(bit(kind), "expiring"),
        RefundDelayed => sum(bit(kind), "delayed"),
        _ => sum(bit(kind), "waiting"),
    };
    Ok(Attention {
        to_pack: of(ToPack)?,
        to_pack_late: of(ToPackLate)?,
        packed: of(Packed)?,
        partially_shipped: of(PartiallyShipped)?,
        undelivered: of(Undelivered)?,
        to_hand_back: of(ToHandBack)?,
        came_back: of(CameBack)?,
        to_unpack: of(ToUnpack)?,
        refund_delayed: of(RefundDelayed)?,
        on_hold: of(OnHold)?,
        unpaid: of(Unpaid)?,
        unpaid_expiring: of(UnpaidExpiring)?,
        payment_refused: of(PaymentRefused)?,
        payment_pending: of(PaymentPending)?,
        cancelling: of(Cancelling)?,
        drafts: sum(DRAFTS, "waiting")?,
    })
}
