//! Cancelling an order, or some of its units.

use super::{ChangeSet, CommentSubject, Order, line::ByLine, line::Shortfall};
use crate::transition::order::{OrderState, OrderTrigger, TransitionNotAllowed};
use contracts::orders::{CancelCode, LineQuantity};

/// Why nothing was cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CancelError {
    NotAllowed,
    /// Only the order as a whole, in its state.
    PartialNotAllowed,
    /// Not that many units are open and in no fulfilment.
    NotOpen(Vec<Shortfall>),
}
impl From<TransitionNotAllowed> for CancelError {
    fn from(TransitionNotAllowed: TransitionNotAllowed) -> Self {
        CancelError::NotAllowed
    }
}

impl Order {
    /// Somebody wants it cancelled: all of it, or what is open once something has shipped.
    pub(crate) fn cancel(
        &mut self,
        (by, reason): (CancelCode, Option<String>),
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        // once something has shipped the order lives on, and what is open is cancelled
        let is_all = self.state != OrderState::Confirmed || !self.facts().shipped;
        self.step(change, OrderTrigger::CancelRequested, |order| {
            if is_all {
                order.cancel_code = Some(by);
            }
        })?;
        let about = if is_all { CommentSubject::Cancel } else { CommentSubject::ItemsCancelled };
        change.remark(about, reason);
        self.complete_if_done(change);
        Ok(())
    }

    /// Cancels some open units that are in no fulfilment. The last ones of an order of which nothing has
    /// shipped: that is the cancel of the order.
    pub(crate) fn cancel_items(
        &mut self,
        wanted: &[LineQuantity],
        allocated: &ByLine,
        (by, reason): (CancelCode, Option<String>),
        change: &mut ChangeSet,
    ) -> Result<(), CancelError> {
        if !self.can(OrderTrigger::CancelRequested) {
            return Err(CancelError::NotAllowed);
        }
        let units = self.lines.pick(wanted, allocated).map_err(CancelError::NotOpen)?;
        let all = self.lines.units();
        if all.shipped == 0 && units.values().sum::<i64>() == all.open {
            return Ok(self.cancel((by, reason), change)?);
        }
        let done = self.step(change, OrderTrigger::ItemsCancelled, |order| order.lines.cancel(&units));
        done.map_err(|TransitionNotAllowed| CancelError::PartialNotAllowed)?;
        change.remark(CommentSubject::ItemsCancelled, reason);
        self.complete_if_done(change);
        Ok(())
    }

    /// It was not paid in time.
    pub(crate) fn fall_due(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::PaymentDue, |order| order.cancel_code = Some(CancelCode::NotPaid))
    }
}
