//! Lists of orders: who is in a list, where each stands in it, and where it goes on.

use crate::{attention::AttentionFilter, order::id_word};
use contracts::orders::{
    FulfilmentSummary, OrderFilter, OrderSelection, OrderSort, OrderStatus, PaymentSummary,
};
use endpoint::{CommonError, FieldError};
use kernel::{AmountInput, Currency, Timestamp, id::*, words};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

/// Which orders are listed, in which order.
#[derive(Debug, Clone)]
pub(crate) struct OrderQuery {
    /// What the filter says, as far as it compares words and ids.
    pub(crate) filter: OrderFilter,
    /// Whose, or which one.
    pub(crate) selection: OrderSelection,
    /// With words that begin with each of these.
    pub(crate) words: Vec<String>,
    /// The whole number of an order is looked for: the draft that has it is listed first, to whoever sees drafts.
    pub(crate) draft: Option<i64>,
    /// Something is looked for in which there is no word.
    pub(crate) has_no_word: bool,
    /// Of this kind of those that need attention.
    pub(crate) attention: Option<AttentionFilter>,
    /// Of so much or more, in minor units.
    pub(crate) total_min: Option<i64>,
    /// Of so much or less.
    pub(crate) total_max: Option<i64>,
}

/// An order, as far as lists are sorted by it.
#[derive(Debug, Clone)]
pub(crate) struct OrderRow {
    pub(crate) id: OrderId,
    pub(crate) number: i64,
    pub(crate) is_draft: bool,
    pub(crate) total: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// It is what the list asks for, and has all words that were left to be looked for.
    pub(crate) is_listed: bool,
}

/// All that the status of an order can be that is no draft, and those of its payment and of its fulfilment.
pub(crate) const PLACED: [OrderStatus; 6] = {
    use OrderStatus::*;
    [Pending, Confirmed, Completed, Cancelling, Cancelled, Expired]
};
pub(crate) const PAYMENTS: [PaymentSummary; 7] = {
    use PaymentSummary::*;
    [Unpaid, Pending, Authorized, Paid, PartiallyRefunded, Refunded, Voided]
};
pub(crate) const FULFILMENTS: [FulfilmentSummary; 6] = {
    use FulfilmentSummary::*;
    [Unfulfilled, PartiallyShipped, Shipped, PartiallyDelivered, Delivered, Cancelled]
};

/// By what a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum SortKey {
    /// By when it was made.
    Created(Timestamp),
    /// By when it last changed.
    Updated(Timestamp),
    /// By its total, in minor units.
    Total(i64),
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ListPosition {
    /// By what the list is sorted.
    pub(crate) key: SortKey,
    /// Among those with the same key.
    pub(crate) id: OrderId,
}

const FIRST_ID: OrderId = OrderId::from_uuid(Uuid::nil());
const LAST_ID: OrderId = OrderId::from_uuid(Uuid::max());
/// Before and after all that was ever made: the first and the last moment that can be written down, about.
const FIRST_TIME: Timestamp = Timestamp::from_seconds(0);
const LAST_TIME: Timestamp = Timestamp::from_seconds(253_000_000_000);

impl OrderQuery {
    /// What a filter asks for at a moment.
    ///
    /// # Errors
    /// [`CommonError::InvalidRequest`] when a total is none of this shop's, [`CommonError::Unprocessable`] when nothing can be between
    /// both.
    pub(crate) fn new(
        filter: OrderFilter,
        selection: OrderSelection,
        currency: Currency,
        now: Option<Timestamp>,
    ) -> Result<Self, CommonError> {
        let minor = |name: &str, total: &Option<String>| {
            let Some(text) = total else { return Ok(None) };
            let total = AmountInput::read(text, currency).map(|money| Some(money.minor));
            total.map_err(|error| FieldError::of_amount(name, &error))
        };
        let (from, to) = (minor("?total_min", &filter.total_min), minor("?total_max", &filter.total_max));
        match (from, to) {
            (Ok(total_min), Ok(total_max)) => {
                if let Some(fault) = FieldError::of_span("?total_max", "total_min", (total_min, total_max)) {
                    return Err(CommonError::Unprocessable { errors: vec![fault] });
                }
                let words = filter.q.as_deref().map(|q| words::asked(id_word(q.trim()))).unwrap_or_default();
                let has_no_word = words::finds_nothing(filter.q.as_deref());
                let attention = filter.attention.zip(now).map(|(kind, now)| AttentionFilter::new(kind, now));
                let draft = None;
                Ok(OrderQuery {
                    filter,
                    selection,
                    words,
                    draft,
                    has_no_word,
                    attention,
                    total_min,
                    total_max,
                })
            }
            (from, to) => {
                let errors = [from.err(), to.err()].into_iter().flatten().collect();
                Err(CommonError::InvalidRequest { errors })
            }
        }
    }

    /// Whether words are looked for.
    pub(crate) fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// The same, with the draft whose number is all that is looked for.
    pub(crate) fn with_draft(mut self) -> Self {
        let number = self.filter.q.as_deref().and_then(|q| q.trim().trim_start_matches('#').parse().ok());
        let asked =
            OrderFilter { q: self.filter.q.clone(), sort: self.filter.sort, ..OrderFilter::default() };
        let is_all = asked == self.filter && self.selection == OrderSelection::default();
        self.draft = number.filter(|number| is_all && *number > 0);
        self
    }

    /// Whether an order is the draft whose number is looked for.
    fn is_draft(&self, order: &OrderRow) -> bool {
        order.is_draft && self.draft == Some(order.number)
    }

    fn sort(&self) -> OrderSort {
        self.filter.sort.unwrap_or_default()
    }

    /// Whether it goes from the highest to the lowest.
    pub(crate) fn goes_down(&self) -> bool {
        matches!(self.sort(), OrderSort::CreatedAtDown | OrderSort::UpdatedAtDown | OrderSort::TotalDown)
    }

    /// Before which moment all that are listed were made: the filter's, and that of a kind of attention.
    pub(crate) fn created_before(&self) -> Option<Timestamp> {
        let late = self.attention.as_ref().and_then(|wanted| wanted.created_before);
        self.filter.created_before.into_iter().chain(late).min()
    }

    /// The place before all that are listed.
    pub(crate) fn start(&self) -> ListPosition {
        let filter = &self.filter;
        let key = match self.sort() {
            OrderSort::CreatedAt => SortKey::Created(filter.created_from.unwrap_or(FIRST_TIME)),
            OrderSort::CreatedAtDown => SortKey::Created(self.created_before().unwrap_or(LAST_TIME)),
            OrderSort::UpdatedAt => SortKey::Updated(filter.updated_from.unwrap_or(FIRST_TIME)),
            OrderSort::UpdatedAtDown => SortKey::Updated(filter.updated_before.unwrap_or(LAST_TIME)),
            OrderSort::Total => SortKey::Total(self.total_min.unwrap_or(-1)),
            OrderSort::TotalDown => SortKey::Total(self.total_max.unwrap_or(i64::MAX)),
        };
        // down, none of those at the very moment before which they must be, but all of the highest total
        let id = if matches!(key, SortKey::Total(_)) && self.goes_down() { LAST_ID } else { FIRST_ID };
        ListPosition { key, id }
    }

    /// Where a place is among all orders that were ever made, in a list of those with words, where they go through all: whose is
    /// asked for, or what waits, or is in a state in which few are, is found in a range of its own.
    pub(crate) fn moment_among_all(&self, place: &ListPosition) -> Option<(Timestamp, OrderId)> {
        let OrderFilter { status, payment_status, fulfilment_status, .. } = &self.filter;
        let is_of_most = self.selection == OrderSelection::default()
            && self.attention.is_none()
            && status.is_none_or(|status| status == OrderStatus::Completed)
            && payment_status.is_none_or(|status| status == PaymentSummary::Paid)
            && fulfilment_status.is_none_or(|status| status == FulfilmentSummary::Delivered);
        match place.key {
            SortKey::Created(at) if self.has_words() && is_of_most => Some((at, place.id)),
            _ => None,
        }
    }

    /// Where an order stands.
    pub(crate) fn place(&self, order: &OrderRow) -> ListPosition {
        let key = match self.sort() {
            OrderSort::CreatedAt | OrderSort::CreatedAtDown => SortKey::Created(order.created_at),
            OrderSort::UpdatedAt | OrderSort::UpdatedAtDown => SortKey::Updated(order.updated_at),
            OrderSort::Total | OrderSort::TotalDown => SortKey::Total(order.total),
        };
        ListPosition { key, id: order.id }
    }

    /// Which of two places comes first.
    pub(crate) fn order(&self, a: &ListPosition, b: &ListPosition) -> Ordering {
        if self.goes_down() { b.cmp(a) } else { a.cmp(b) }
    }

    /// Whether a list by when orders were made has ended there.
    pub(crate) fn is_past_moment(&self, at: Timestamp) -> bool {
        match self.goes_down() {
            true => self.filter.created_from.is_some_and(|from| at < from),
            false => self.created_before().is_some_and(|before| at >= before),
        }
    }

    /// Whether neither an order nor anything after it is listed.
    pub(crate) fn is_past(&self, order: &OrderRow) -> bool {
        let filter = &self.filter;
        match self.sort() {
            OrderSort::CreatedAt => self.created_before().is_some_and(|before| order.created_at >= before),
            OrderSort::CreatedAtDown => filter.created_from.is_some_and(|from| order.created_at < from),
            OrderSort::UpdatedAt => filter.updated_before.is_some_and(|before| order.updated_at >= before),
            OrderSort::UpdatedAtDown => filter.updated_from.is_some_and(|from| order.updated_at < from),
            OrderSort::Total => self.total_max.is_some_and(|to| order.total > to),
            OrderSort::TotalDown => self.total_min.is_some_and(|from| order.total < from),
        }
    }
}

/// So many of a list, and where it goes on, if it does.
#[derive(Debug)]
pub(crate) struct OrderListPage {
    pub(crate) ids: Vec<OrderId>,
    /// Behind the last one that was checked.
    pub(crate) next: Option<ListPosition>,
}

/// Picks a page, order by order of the list.
pub(crate) struct PageBuilder<'a> {
    listing: &'a OrderQuery,
    count: usize,
    /// Each with the place behind which it stands.
    ids: Vec<(OrderId, ListPosition)>,
    /// The draft whose number is looked for, which stands first.
    draft: Option<OrderId>,
    place: ListPosition,
}

impl<'a> PageBuilder<'a> {
    /// Of at most so many, after a place.
    pub(crate) fn new(listing: &'a OrderQuery, after: ListPosition, count: usize) -> Self {
        PageBuilder { listing, count, ids: Vec::new(), draft: None, place: after }
    }

    /// Behind the last one that was checked.
    pub(crate) fn place(&self) -> &ListPosition {
        &self.place
    }

    /// Checks these, in the order of the list; the page, where it is complete with one of them.
    pub(crate) fn look_at<'b>(
        &mut self,
        orders: impl Iterator<Item = &'b OrderRow> + Clone,
    ) -> Option<OrderListPage> {
        let is_draft = |order: &&OrderRow| self.listing.is_draft(order);
        self.draft = self.draft.or_else(|| orders.clone().find(is_draft).map(|draft| draft.id));
        let listing = self.listing;
        orders.filter(|order| !listing.is_draft(order)).find_map(|order| self.look_at_one(order))
    }

    fn look_at_one(&mut self, order: &OrderRow) -> Option<OrderListPage> {
        if self.listing.is_past(order) {
            return Some(self.complete());
        }
        if order.is_listed {
            if self.ids.len() == self.count {
                return Some(self.goes_on());
            }
            self.ids.push((order.id, self.place.clone()));
        }
        self.place = self.listing.place(order);
        None
    }

    /// The page, after which there is nothing.
    pub(crate) fn complete(&mut self) -> OrderListPage {
        self.part(None)
    }

    /// Whether nothing is on the page yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All up to a place were checked.
    pub(crate) fn pass(&mut self, place: ListPosition) {
        self.place = place;
    }

    /// The page, after which there may be more.
    pub(crate) fn goes_on(&mut self) -> OrderListPage {
        self.part(Some(self.place.clone()))
    }

    /// The page; where the draft takes the place of the last of it, that is the first of the next.
    fn part(&mut self, mut next: Option<ListPosition>) -> OrderListPage {
        if self.draft.is_some() && self.ids.len() == self.count {
            next = self.ids.pop().map(|(_, before)| before).or(next);
        }
        let ids = std::mem::take(&mut self.ids).into_iter().map(|(id, _)| id);
        OrderListPage { ids: self.draft.take().into_iter().chain(ids).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::word;
    use contracts::orders::AttentionKind;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// A state that is missing here would be found by no list that names two others.
    #[test]
    fn all_states_that_the_document_names_are_looked_for() {
        let document: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
        let named = |schema: &str| -> BTreeSet<String> {
            let all = document["components"]["schemas"][schema]["enum"].as_array().unwrap();
            all.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        let placed = PLACED.iter().chain([&OrderStatus::Draft]);
        assert_eq!(named("OrderStatus"), placed.map(word).collect());
        assert_eq!(named("PaymentSummary"), PAYMENTS.iter().map(word).collect());
        assert_eq!(named("FulfilmentSummary"), FULFILMENTS.iter().map(word).collect());
    }

    /// All that is newer would be read before the first order that is listed.
    #[test]
    fn what_is_late_to_pack_is_read_from_where_it_begins_to_be_late() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let start = |filter: OrderFilter| {
            let selection = OrderSelection::default();
            OrderQuery::new(filter, selection, Currency::EUR, Some(now)).unwrap().start().key
        };
        let filter = OrderFilter { attention: Some(AttentionKind::ToPackLate), ..OrderFilter::default() };
        let limit = Timestamp::from_seconds(1_800_000_000 - 24 * 60 * 60);
        assert_eq!(start(filter.clone()), SortKey::Created(limit));
        let earlier = Timestamp::from_seconds(1_700_000_000);
        assert_eq!(start(OrderFilter { created_before: Some(earlier), ..filter }), SortKey::Created(earlier));
    }
}
