//! An order as clients see it.

use super::{CommentSubject, Order, PaymentCopy, Remark, text_about};
use crate::transition::order::offers;
use contracts::{
    Address,
    orders::{self as wire, AttentionKind},
};
use kernel::Language;

/// What names a person, and what people wrote: kept in one table, which can be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PersonalData {
    pub(crate) email: Option<String>,
    /// The account's, when they ordered.
    pub(crate) name: Option<String>,
    /// In which language they are written to.
    pub(crate) language: Option<Language>,
    pub(crate) address: Option<Address>,
    pub(crate) note: Option<String>,
    /// Oldest first.
    pub(crate) remarks: Vec<Remark>,
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    Customer,
    Staff,
}

impl Order {
    /// What `viewer` can ask of it now.
    pub(crate) fn allowed(&self, viewer: Viewer) -> Vec<wire::Action> {
        let facts = self.facts();
        let mut actions = offers(self.state, &facts);
        if viewer == Viewer::Customer {
            actions.retain(|action| match action {
                // what remains after too many attempts is money in hand, which staff record
                wire::Action::Pay => !self.payment.as_ref().is_some_and(PaymentCopy::is_worn_out),
                wire::Action::Cancel => !facts.shipped,
                wire::Action::Edit => !facts.packed && !facts.shipped,
                _ => false,
            });
        }
        actions
    }

    /// What its states do not say and somebody has to look after: of the kinds that are counted (`0025_attention.sql`).
    fn attention(&self, viewer: Viewer) -> Vec<AttentionKind> {
        let figures = self.payment.as_ref().map(|copy| &copy.figures);
        let is_to_hand_back = figures.is_some_and(|f| f.offline.minor > 0 && f.claimed.minor > 0);
        let kinds = [
            (AttentionKind::Undelivered, self.failed > 0),
            (AttentionKind::ToHandBack, is_to_hand_back && viewer == Viewer::Staff),
            (AttentionKind::CameBack, self.is_unreturned() && viewer == Viewer::Staff),
        ];
        kinds.into_iter().filter_map(|(kind, is_so)| is_so.then_some(kind)).collect()
    }

    /// What was written about its cancellation.
    pub(crate) fn cancel_reason(&self, person: &PersonalData) -> Option<String> {
        self.cancel_code.and_then(|_| text_about(&person.remarks, CommentSubject::Cancel))
    }

    pub(crate) fn view(&self, person: &PersonalData, viewer: Viewer) -> wire::Order {
        wire::Order {
            id: self.id,
            number: self.number,
            user_id: self.user_id,
            guest_id: self.guest_id,
            order_key: None,
            email: person.email.clone(),
            customer_name: person.name.clone(),
            language: person.language,
            status: self.state.status(),
            hold: self.holds.first(),
            holds: self.holds.iter().collect(),
            hold_reason: person.hold_reason(self.holds.manual, viewer),
            payment_status: self.payment_status(),
            fulfilment_status: self.fulfilment_status(),
            lines: self.lines.iter().map(view_line).collect(),
            subtotal: Some(self.lines.price_of(|line| line.quantity, self.total.currency)),
            adjustments: self.adjustments.clone(),
            total: self.total,
            owed: self.owed,
            open_total: Some(self.lines.price_of(|line| line.open, self.total.currency)),
            returned_value: (self.lines.units().undelivered > 0)
                .then(|| self.lines.undelivered_value(self.total)),
            payment: self.payment.as_ref().and_then(|copy| copy.payment.clone()),
            payment_refused: self.payment_refused,
            payment_due_at: self.payment_due_at,
            allowed: self.allowed(viewer),
            attention: self.attention(viewer),
            kept_of_returned: self.kept_of_returned().filter(|_| viewer == Viewer::Staff),
            shipping_address: person.address.clone(),
            note: person.note.clone(),
            cancel_code: self.cancel_code,
            cancel_reason: self.cancel_reason(person),
            metadata: self.metadata.clone(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl PersonalData {
    /// What staff wrote about their hold, for staff.
    pub(crate) fn hold_reason(&self, is_held: bool, viewer: Viewer) -> Option<String> {
        let reason = text_about(&self.remarks, CommentSubject::Hold)?;
        (is_held && viewer == Viewer::Staff).then_some(reason)
    }

    /// What somebody wrote about the step that led to `version`, as far as `viewer` may read it.
    pub(crate) fn remark_at(&self, version: i64, viewer: Viewer) -> Option<String> {
        let found = self.remarks.iter().find(|remark| remark.version == version)?;
        (viewer == Viewer::Staff || !found.about.is_for_staff()).then(|| found.text.clone())
    }
    /// Puts what names the person, and what people wrote, back into an order that was stored without it.
    pub(crate) fn fill(&self, order: &mut wire::Order, viewer: Viewer) {
        order.hold_reason = self.hold_reason(order.holds.contains(&wire::Hold::Manual), viewer);
        order.email = self.email.clone();
        order.customer_name = self.name.clone();
        order.language = self.language;
        order.shipping_address = self.address.clone();
        order.note = self.note.clone();
        order.cancel_reason =
            order.cancel_code.and_then(|_| text_about(&self.remarks, CommentSubject::Cancel));
    }
}

fn view_line(line: &super::Line) -> wire::Line {
    wire::Line {
        id: line.id,
        product_id: line.product_id,
        title: line.title.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        total: line.price_of(line.quantity),
        remaining_total: Some(line.price_of(line.quantity.saturating_sub(line.cancelled))),
        open: line.open,
        shipped: line.shipped,
        delivered: line.delivered,
        cancelled: line.cancelled,
        returned: line.returned,
    }
}
