//! Drafts: orders that staff prepare for a customer.
//!
//! A draft is an order in the state `draft`: `GET /v1/orders/{id}` reads it too, `GET /v1/orders?status=draft` lists
//! them, both for staff only. It holds no stock and can be changed until it is placed under the same id.

use super::{
    Action, DeleteDraftError, DraftOrderError, EXAMINED_MAX, InsufficientStockLine, NewAdjustment, NewLine,
    Order, OrderStatus, PaymentMethod, UpdateDraftError, check_line, check_lines, check_prices,
};
use crate::{
    Address, LINE, Metadata, MetadataInput, PROSE, check_amount, given, given_or_emptied, line,
    metadata_form, not_blank, prose, prose_or_emptied,
};
use endpoint::*;
use garde::Validate;
use kernel::{Currency, Language, Money, MoneyInput, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Makes a draft of an order for a customer, by staff.
///
/// Products are shown with the prices of today; those that count are the ones at placing. `Location` is the draft's address,
/// at which it is changed, placed and deleted; `GET /v1/orders/{id}` reads it, too.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/drafts", scope = Staff(Orders), reply = Created<Order>, error = DraftOrderError)]
pub struct DraftOrder {
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// For whom, and what.
    pub draft: Body<NewDraft>,
}
/// A draft to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewDraft {
    /// For whom.
    #[garde(skip)]
    pub user_id: UserId,
    /// 1 to 100 lines.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<NewLine>,
    /// Shipping, tax and discounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Vec<NewAdjustment>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// What is noted for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, shown to everybody who reads the order, the customer, too.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
}
impl ValidateRequest for NewDraft {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_lines(&self.lines, faults);
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        check_prices(&self.lines, &self.adjustments, currency, faults);
    }
}
/// Lists drafts, newest first.
///
/// One page at a time: send `next_cursor` as `cursor` for the next one, with the same filters. `GET
/// /v1/orders?status=draft` lists the same, with all the filters of orders.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/drafts", scope = Staff(Orders), reply = Json<Page<Order>>)]
pub struct ListDrafts {
    /// Which drafts.
    pub filter: Query<DraftFilter>,
    /// Which page.
    pub slice: PageParams,
}
/// Which drafts to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct DraftFilter {
    /// What words of it begin with, as in `GET /v1/orders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Only those for this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub user_id: Option<UserId>,
}
/// Reads a draft.
///
/// Once it has been placed it is none any more, and is read as an order, by `GET /v1/orders/{id}`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = Conditional<Order>)]
pub struct GetDraft {
    /// Which draft.
    pub id: Path<OrderId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// Changes a draft: what is absent stays.
///
/// Lines and adjustments are sent as a whole; where either is sent, products are shown with the prices of today, and the lines
/// have new ids. A line that is sent with its `id` keeps it, and without `product_id` and `title` its product, title and price, too.
/// Placing keeps the ids.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = WithEtag<Order>, error = UpdateDraftError)]
pub struct UpdateDraft {
    /// Which draft.
    pub id: Path<OrderId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<DraftChange>,
}
/// What changes of a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct DraftChange {
    /// All its lines: there is always one, so that null changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Option<Vec<DraftLine>>,
    /// All its shipping, tax and discounts; null is none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Option<Vec<NewAdjustment>>,
    /// Where it goes; null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[garde(dive)]
    #[schemars(with = "Option<Address>")]
    pub shipping_address: Option<Option<Address>>,
    /// What is noted for the customer; an empty text or null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose_or_emptied::<2000, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, all of it, shown to everybody who reads the order, the customer, too; null is none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[schemars(with = "Option<MetadataInput>")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// Refused with `version_conflict` if the draft's is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
/// A line of a draft to be: one that it has (`id`), a product (`product_id`) or a custom line (`title`, and its `unit_price`); a
/// line with none of them, or with both of the last two, is refused (400, `one_of`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct DraftLine {
    /// The line of the draft that this one is: it keeps its id, and its product, title and price where neither `product_id` nor
    /// `title` is given. With its `product_id` it has the product's name and price of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub id: Option<LineId>,
    /// The product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// What a custom line is called.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub title: Option<String>,
    /// The price of one of a custom line, beside its `title`; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub unit_price: Option<MoneyInput>,
    /// Pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
impl DraftLine {
    /// Whether it stays what it is, but for its quantity.
    pub fn is_kept(&self) -> bool {
        self.id.is_some() && self.product_id.is_none() && self.title.is_none()
    }
}
impl From<NewLine> for DraftLine {
    fn from(NewLine { product_id, title, unit_price, quantity }: NewLine) -> Self {
        DraftLine { id: None, product_id, title, unit_price, quantity }
    }
}
impl From<DraftLine> for NewLine {
    fn from(DraftLine { id: _, product_id, title, unit_price, quantity }: DraftLine) -> Self {
        NewLine { product_id, title, unit_price, quantity }
    }
}
impl ValidateRequest for DraftChange {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        let mut ids = BTreeSet::new();
        for (i, line) in self.lines.iter().flatten().take(EXAMINED_MAX).enumerate() {
            if line.id.is_some_and(|id| !ids.insert(id)) {
                faults.push(FieldError::duplicate(format!("/lines/{i}/id"), "name a line once"));
            }
            if !line.is_kept() {
                check_line(i, &line.clone().into(), faults);
            } else if line.unit_price.is_some() {
                let why = "a line that stays what it is has its price";
                faults.push(FieldError::not_allowed(format!("/lines/{i}/unit_price"), why));
            }
        }
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        // that a line which stays has none is told already
        let priced = |line: &DraftLine| {
            let unit_price = line.unit_price.clone().filter(|_| !line.is_kept());
            NewLine { unit_price, ..line.clone().into() }
        };
        let lines: Vec<NewLine> = self.lines.iter().flatten().take(EXAMINED_MAX).map(priced).collect();
        check_prices(&lines, self.adjustments.as_deref().unwrap_or_default(), currency, faults);
    }
}
/// Deletes a draft for good.
///
/// Nothing is left of it but its events. What has been placed is cancelled instead.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = NoContent, error = DeleteDraftError)]
pub struct DeleteDraft {
    /// Which draft.
    pub id: Path<OrderId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
}
/// Places a draft: from now on it is the customer's order, under the same id.
///
/// Reserves every line or none. A repeat answers with the order; it never places a second one, and what its body
/// says of total, payment and language is passed over: what has been placed is paid by `POST /v1/orders/{id}/payments`. `If-Match` and
/// `version` are good if they name the draft that was placed, or the order as it is now.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/drafts/{id}/place", scope = Staff(Orders), repeatable, within = 15_000, reply = WithEtag<Order>, error = PlaceDraftError)]
pub struct PlaceDraft {
    /// Which draft.
    pub id: Path<OrderId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
    /// How.
    pub placing: Body<PlaceDraftRequest>,
}
/// How a draft is placed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
#[schemars(rename = "DraftPlacing")]
pub struct PlaceDraftRequest {
    /// Refused with `price_changed` if the total is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// How to pay it at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// In which language mails about it are written; absent, in that of the customer's account, or the shop's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
    /// Refused with `version_conflict` if the draft's is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
/// Why a draft was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceDraftError {
    /// Insufficient stock for one or more lines.
    /// Reduce quantities to `available`.
    #[status(409)]
    InsufficientStock {
        /// The lines that cannot be had.
        errors: Vec<InsufficientStockLine>,
    },
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<FieldError>,
    },
    /// Prices have changed.
    /// Check the new total and retry with it.
    #[status(409)]
    PriceChanged {
        /// What was expected.
        expected: Money,
        /// What it comes to now.
        actual: Money,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Where in the request.
        errors: Vec<FieldError>,
    },
    /// The placement attempt limit is reached.
    /// Create a new draft.
    #[status(409)]
    WornOut,
}

impl ValidateRequest for PlaceDraftRequest {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        check_amount(self.expected_total.as_ref(), "/expected_total", currency, faults);
    }
}
crate::checked!(DraftFilter);
