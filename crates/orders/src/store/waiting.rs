//! What waits for somebody: each kind in one set of words, by which it is counted, and found in lists.

use crate::listing::{delayed, late, soon};
use contracts::orders::Attention;
use db::{Db, Result, params, statements};
use kernel::Timestamp;

/// Which orders are of a kind. An index holds just these (`0009_waiting.sql`, `0011_undelivered.sql`, `0015_to_hand_back.sql`,
/// `0019_unsettled.sql`, `0020_corrected.sql`).
macro_rules! are {
    (to_pack) => {
        concat!(
            "(status = 'confirmed' ",
            "and (rest_to_pack or packed = 0 and fulfilment_status in ('unfulfilled', 'partially_shipped')) ",
            "and hold_payment = false and hold_stock_short = false and hold_stock_missing = false and hold_manual = false)"
        )
    };
    (packed) => {
        concat!(
            "(status = 'confirmed' and packed > 0 and hold_payment = false and hold_stock_short = false ",
            "and hold_stock_missing = false and hold_manual = false)"
        )
    };
    (held) => {
        "(hold_payment or hold_stock_short or hold_stock_missing or hold_manual)"
    };
    (undelivered) => {
        "(failed > 0)"
    };
    (to_hand_back) => {
        "(payment_offline > 0 and payment_claimed > 0)"
    };
    (came_back) => {
        "(unreturned)"
    };
    (to_unpack) => {
        "(to_unpack > 0)"
    };
    (refunding) => {
        "(refunding_since is not null and payment_claimed > 0 and payment_offline = 0)"
    };
    (expiring) => {
        "(payment_due_at is not null and status <> 'cancelling' and status <> 'completed')"
    };
    (unpaid) => {
        concat!("(status = 'pending' or ", are!(expiring), ")")
    };
    (refused) => {
        "(status = 'pending' and payment_status = 'unpaid' and payment_id is not null)"
    };
}
pub(super) use are;

macro_rules! count {
    ($which:expr, $name:literal) => {
        concat!("(select count(*) from (select 1 from orders where ", $which, " limit $3) as few) as ", $name)
    };
}

statements! {
    /// Of each kind no more are read than are counted.
    ATTENTION = (concat!(
        "select ", count!(are!(to_pack), "to_pack"), ", ",
        count!(concat!(are!(to_pack), " and created_at < $1"), "to_pack_late"), ", ",
        count!(are!(packed), "packed"), ", ",
        count!("fulfilment_status = 'partially_shipped'", "partially_shipped"), ", ",
        count!(are!(undelivered), "undelivered"), ", ",
        count!(are!(to_hand_back), "to_hand_back"), ", ",
        count!(are!(came_back), "came_back"), ", ",
        count!(are!(to_unpack), "to_unpack"), ", ",
        count!(concat!(are!(refunding), " and refunding_since < $4"), "refund_delayed"), ", ",
        count!(are!(held), "on_hold"), ", ",
        count!(are!(unpaid), "unpaid"), ", ",
        count!(concat!(are!(expiring), " and payment_due_at < $2"), "unpaid_expiring"), ", ",
        count!(are!(refused), "payment_refused"), ", ",
        count!("payment_status = 'pending'", "payment_pending"), ", ",
        count!("status = 'cancelling'", "cancelling"), ", ",
        count!("status = 'draft'", "drafts")
    ));
}

/// How many orders wait for somebody.
pub(crate) async fn attention(db: &Db, now: Timestamp) -> Result<Attention> {
    let row = db.query_one(&ATTENTION, params![late(now), soon(now), Attention::MOST, delayed(now)]).await?;
    Ok(Attention {
        to_pack: row.get("to_pack")?,
        to_pack_late: row.get("to_pack_late")?,
        packed: row.get("packed")?,
        partially_shipped: row.get("partially_shipped")?,
        undelivered: row.get("undelivered")?,
        to_hand_back: row.get("to_hand_back")?,
        came_back: row.get("came_back")?,
        to_unpack: row.get("to_unpack")?,
        refund_delayed: row.get("refund_delayed")?,
        on_hold: row.get("on_hold")?,
        unpaid: row.get("unpaid")?,
        unpaid_expiring: row.get("unpaid_expiring")?,
        payment_refused: row.get("payment_refused")?,
        payment_pending: row.get("payment_pending")?,
        cancelling: row.get("cancelling")?,
        drafts: row.get("drafts")?,
    })
}
