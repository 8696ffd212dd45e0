//! Cancelling an order, or some of its units.

use super::{Change, Order, line::ByLine, line::Shortfall};
use crate::transition::order::{NotAllowed, Trigger};
use contracts::orders::LineQuantity;

/// Why nothing was cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotCancelled {
    NotAllowed,
    /// Not that many units are open and in no fulfilment.
    NotOpen(Vec<Shortfall>),
}
impl From<NotAllowed> for NotCancelled {
    fn from(NotAllowed: NotAllowed) -> Self {
        NotCancelled::NotAllowed
    }
}

impl Order {
    /// Somebody wants it cancelled: all of it, or what is open once something has shipped.
    pub(crate) fn cancel(&mut self, reason: Option<String>, change: &mut Change) -> Result<(), NotAllowed> {
        self.step(change, Trigger::CancelAsked, reason.clone(), |order| order.cancel_reason = reason)?;
        self.complete_if_done(change);
        Ok(())
    }

    /// Cancels some open units that are in no fulfilment. The last ones of an order of which nothing has
    /// shipped: that is the cancel of the order.
    pub(crate) fn cancel_items(
        &mut self,
        wanted: &[LineQuantity],
        allocated: &ByLine,
        reason: Option<String>,
        change: &mut Change,
    ) -> Result<(), NotCancelled> {
        if !self.can(Trigger::CancelAsked) {
            return Err(NotCancelled::NotAllowed);
        }
        let units = self.lines.pick(wanted, allocated).map_err(NotCancelled::NotOpen)?;
        let all = self.lines.units();
        if all.shipped == 0 && units.values().sum::<i64>() == all.open {
            return Ok(self.cancel(reason, change)?);
        }
        self.step(change, Trigger::ItemsCancelled, reason, |order| order.lines.cancel(&units))?;
        self.complete_if_done(change);
        Ok(())
    }

    /// It was not paid in time.
    pub(crate) fn fall_due(&mut self, change: &mut Change) -> Result<(), NotAllowed> {
        self.step(change, Trigger::FellDue, Some("not paid in time".to_owned()), |_| {})
    }
}
