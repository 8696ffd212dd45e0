//! Holding an order back, and correcting it.

use super::{ChangeSet, CommentSubject, Order};
use crate::transition::order::{OrderTrigger, TransitionNotAllowed};
use contracts::Metadata;

impl Order {
    /// Staff keep it from being shipped. Again with another reason: the reason changes.
    pub(crate) fn hold(
        &mut self,
        reason: String,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.hold_for(reason, false, change)
    }

    /// The same, for money that all went back or for another reason.
    pub(super) fn hold_for(
        &mut self,
        reason: String,
        given_back: bool,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Held, |order| order.held_given_back = Some(given_back))?;
        change.remark(CommentSubject::Hold, Some(reason));
        Ok(())
    }

    /// Staff let it be shipped again.
    pub(crate) fn release(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Released, |_| {})
    }

    /// Its address or its note is corrected: they are no part of it, and may come with new metadata.
    pub(crate) fn correct(
        &mut self,
        metadata: Option<Metadata>,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Corrected, |order| order.annotate_with(metadata))
    }

    /// Its metadata change, and nothing else.
    pub(crate) fn annotate(
        &mut self,
        metadata: Option<Metadata>,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Annotated, |order| order.annotate_with(metadata))
    }

    /// The carrier or tracking number of a parcel was corrected, or a parcel was unpacked. The order itself stays the same, but
    /// consumers of its events receive one.
    pub(crate) fn correct_fulfilment(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Annotated, |_| {})
    }

    fn annotate_with(&mut self, metadata: Option<Metadata>) {
        if let Some(metadata) = metadata {
            self.metadata = metadata;
        }
    }
}
