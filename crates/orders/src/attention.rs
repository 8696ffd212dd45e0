//! Orders that somebody has to look after: each kind is a bit of the column `attention`, which the database computes
//! (`0025_attention.sql`), and some kinds also depend on the clock.

use contracts::orders::AttentionKind;
use kernel::Timestamp;
use std::time::Duration;

/// An order that must be packed is late once it was made longer ago than this.
const LATE: Duration = Duration::from_secs(24 * 60 * 60);
/// An unpaid order is about to expire when its time ends within this.
const SOON: Duration = Duration::from_secs(10 * 60);
/// A refund that has been on its way for longer than this is delayed.
const DELAYED: Duration = Duration::from_secs(5 * 60);

/// The bit of a kind, and what it compares with the clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttentionFilter {
    pub(crate) bit: i64,
    pub(crate) created_before: Option<Timestamp>,
    pub(crate) due_before: Option<Timestamp>,
    pub(crate) refunding_before: Option<Timestamp>,
}

impl AttentionFilter {
    /// The orders of this kind at a moment.
    pub(crate) fn new(kind: AttentionKind, now: Timestamp) -> Self {
        AttentionFilter {
            bit: bit(kind),
            created_before: (kind == AttentionKind::ToPackLate).then(|| now.minus(LATE)),
            due_before: (kind == AttentionKind::UnpaidExpiring).then(|| now.plus(SOON)),
            refunding_before: (kind == AttentionKind::RefundDelayed).then(|| now.minus(DELAYED)),
        }
    }
}

/// As the migration has it.
pub(crate) const fn bit(kind: AttentionKind) -> i64 {
    match kind {
        AttentionKind::ToPack | AttentionKind::ToPackLate => 1,
        AttentionKind::Packed => 2,
        AttentionKind::PartiallyShipped => 4,
        AttentionKind::Undelivered => 8,
        AttentionKind::ToHandBack => 16,
        AttentionKind::CameBack => 32,
        AttentionKind::ToUnpack => 64,
        AttentionKind::RefundDelayed => 128,
        AttentionKind::OnHold => 256,
        AttentionKind::Unpaid => 512,
        AttentionKind::UnpaidExpiring => 1024,
        AttentionKind::PaymentRefused => 2048,
        AttentionKind::PaymentPending => 4096,
        AttentionKind::Cancelling => 8192,
    }
}
