//! Packing, shipping, delivering: what a fulfilment's way means for its order.

use super::{ChangeSet, Order, line::ByLine};
use crate::transition::order::{OrderState, OrderTrigger, TransitionNotAllowed};
use contracts::{fulfilments::Fulfilment, orders::Hold};

/// Why nothing was shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShipError {
    NotAllowed,
    OnHold(Hold),
    /// What is owed is not captured.
    NotPaid,
}

/// Units of a fulfilment, by line.
pub(crate) fn units(fulfilment: &Fulfilment) -> ByLine {
    fulfilment.lines.iter().map(|line| (line.line_id, line.quantity)).collect()
}

impl Order {
    /// Whether units could be packed and shipped now.
    pub(crate) fn check_shippable(&self) -> Result<(), ShipError> {
        if self.state != OrderState::Confirmed {
            return Err(ShipError::NotAllowed);
        }
        self.holds.first().map_or(Ok(()), |hold| Err(ShipError::OnHold(hold)))
    }

    /// Whether all that is owed is captured, as it must be before anything ships (I5). Money that came too late pays for
    /// nothing.
    pub(crate) fn is_captured(&self) -> bool {
        self.payment.as_ref().map_or(0, |copy| copy.figures.paid()) >= self.owed.minor
    }

    /// A fulfilment was made.
    pub(crate) fn make_fulfilment(&mut self, change: &mut ChangeSet) -> Result<(), ShipError> {
        self.check_shippable()?;
        self.step(change, OrderTrigger::FulfilmentMade, |_| {})
            .map_err(|TransitionNotAllowed| ShipError::NotAllowed)
    }

    /// A fulfilment was packed, cancelled, or is sent again.
    pub(crate) fn change_fulfilment(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::FulfilmentChanged, |_| {})
    }

    /// Shipped units could not be delivered: they come back or are sent again.
    pub(crate) fn fail(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.change_fulfilment(change)?;
        self.note_what_went_back();
        self.hold_if_sent_for_nothing(change);
        Ok(())
    }

    /// Open units leave the house.
    pub(crate) fn ship(&mut self, units: &ByLine, change: &mut ChangeSet) -> Result<(), ShipError> {
        self.check_shippable()?;
        if !self.is_captured() {
            return Err(ShipError::NotPaid);
        }
        // a fulfilment holds open units; were it not so, shipping them would break the line's equation (I3)
        if self.lines.iter().any(|line| units.get(&line.id).is_some_and(|quantity| *quantity > line.open)) {
            return Err(ShipError::NotAllowed);
        }
        let shipped = self.step(change, OrderTrigger::Shipped, |order| order.lines.ship(units));
        shipped.map_err(|TransitionNotAllowed| ShipError::NotAllowed)
    }

    /// Shipped units arrive.
    pub(crate) fn deliver(
        &mut self,
        units: &ByLine,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Delivered, |order| order.lines.deliver(units))?;
        self.complete_if_done(change);
        Ok(())
    }

    /// Shipped units that could not be delivered are back.
    pub(crate) fn come_back(
        &mut self,
        units: &ByLine,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::CameBack, |order| order.lines.come_back(units))?;
        self.complete_if_done(change);
        Ok(())
    }
}
