//! Drafts: what staff prepare, until it is placed or deleted.

use super::{ChangeSet, Order, PlacementData, PricedLines, RequestedLine, line::Lines};
use crate::transition::order::{OrderTrigger, TransitionNotAllowed};
use contracts::Metadata;
use kernel::{Timestamp, id::PlacementId};

impl Order {
    /// A new draft, and its first event. It has no placement and holds nothing.
    pub(crate) fn draft(
        drafting: PlacementData,
        now: Timestamp,
    ) -> Result<(Order, ChangeSet), TransitionNotAllowed> {
        Order::make(drafting, OrderTrigger::Drafted, now, None)
    }

    /// The draft changes: its contents, its metadata, or what it is sent with.
    pub(crate) fn edit_draft(
        &mut self,
        contents: Option<PricedLines>,
        metadata: Option<Metadata>,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::DraftEdited, |order| {
            if let Some(priced) = contents {
                order.fill(priced);
            }
            order.metadata = metadata.unwrap_or_else(|| order.metadata.clone());
        })
    }

    /// Whether it consists of just this.
    pub(crate) fn has(&self, contents: &PricedLines) -> bool {
        self.lines.0 == contents.lines && self.adjustments == contents.adjustments
    }

    /// The draft is deleted: this is its last event.
    pub(crate) fn delete_draft(&mut self, change: &mut ChangeSet) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::DraftDeleted, |_| {})
    }

    /// The draft becomes an order, with its lines as they were reserved under this placement.
    pub(crate) fn place_draft(
        &mut self,
        placement_id: PlacementId,
        priced: PricedLines,
        is_short: bool,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        let now = change.now();
        self.step(change, OrderTrigger::Placed, |order| {
            // from now on it is an order of this day
            order.created_at = now;
            order.placement_id = Some(placement_id);
            order.holds.stock_short = is_short;
            order.fill(priced);
        })
    }

    fn fill(&mut self, priced: PricedLines) {
        self.total = priced.quote.total();
        self.lines = Lines(priced.lines);
        self.adjustments = priced.adjustments;
    }

    /// Its lines, as somebody would ask for them.
    pub(crate) fn wanted(&self) -> Vec<RequestedLine> {
        let wanted = self.lines.iter().map(|line| match line.product_id {
            Some(product_id) => RequestedLine::Product { product_id, quantity: line.quantity },
            None => RequestedLine::Custom {
                title: line.title.clone(),
                unit_price: line.unit_price,
                quantity: line.quantity,
            },
        });
        wanted.collect()
    }
}
