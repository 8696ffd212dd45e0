//! Draft orders: orders that staff prepare for a customer.
//!
//! A draft is an order with the status `draft`: `GET /v1/orders/{id}` returns it, and `GET /v1/orders?status=draft` lists drafts,
//! both for staff only. A draft reserves no stock, and can be changed until it is placed under the same ID.

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

/// Creates a draft order for a customer.
///
/// Products have their current prices; the order is charged at the prices at placement. `Location` is the URL of the draft, which
/// is used to update, place and delete it; `GET /v1/orders/{id}` returns it as well.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/drafts", scope = Staff(Orders), reply = Created<Order>, error = DraftOrderError)]
pub struct DraftOrder {
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
    /// Draft to create.
    pub draft: Body<NewDraft>,
}
/// A draft order to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewDraft {
    /// ID of the customer's account.
    #[garde(skip)]
    pub user_id: UserId,
    /// 1 to 100 lines.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<NewLine>,
    /// Shipping, tax and discounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Vec<NewAdjustment>,
    /// Shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// Note on behalf of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data. Visible to everyone who can read the order, including the customer.
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
/// Lists draft orders, newest first.
///
/// Paginated: send `next_cursor` as `cursor` with the same filters for the next page. `GET /v1/orders?status=draft` lists the
/// same drafts, with all filters of orders.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/drafts", scope = Staff(Orders), reply = Json<Page<Order>>)]
pub struct ListDrafts {
    /// Filters.
    pub filter: Query<DraftFilter>,
    /// Page to return.
    pub slice: PageParams,
}
/// Filters for a list of drafts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct DraftFilter {
    /// Search words, as in `GET /v1/orders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Only drafts for this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub user_id: Option<UserId>,
}
/// Returns a draft order.
///
/// A draft that has been placed is no longer returned here, but as an order by `GET /v1/orders/{id}`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = Conditional<Order>)]
pub struct GetDraft {
    /// ID of the draft.
    pub id: Path<OrderId>,
    /// ETag of the client's copy.
    pub known: IfNoneMatch,
}
/// Updates a draft order.
///
/// Members that are absent remain unchanged. Lines and adjustments are replaced as a whole. If either is sent, products get their
/// current prices, and the lines get new IDs. A line sent with its `id` keeps the ID, and without `product_id` and `title` also
/// its product, title and price. Placement keeps the IDs.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = WithEtag<Order>, error = UpdateDraftError)]
pub struct UpdateDraft {
    /// ID of the draft.
    pub id: Path<OrderId>,
    /// ETag on which the change is based.
    pub based_on: IfMatch,
    /// Members to update.
    pub change: Body<DraftChange>,
}
/// Members of a draft to update.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct DraftChange {
    /// All lines. A draft has at least one line, so null changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Option<Vec<DraftLine>>,
    /// All shipping, tax and discounts. Null removes them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Option<Vec<NewAdjustment>>,
    /// Shipping address. Null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[garde(dive)]
    #[schemars(with = "Option<Address>")]
    pub shipping_address: Option<Option<Address>>,
    /// Note on behalf of the customer. An empty string or null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose_or_emptied::<2000, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, replaced as a whole. Visible to everyone who can read the order, including the customer. Null removes all
    /// of it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[schemars(with = "Option<MetadataInput>")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// Expected version of the draft. If the draft has another version, the request fails with `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
/// A line of an updated draft: an existing line (`id`), a product (`product_id`) or a custom line (`title` with `unit_price`). A
/// line with none of them, or with both `product_id` and `title`, is rejected (400, `one_of`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct DraftLine {
    /// ID of an existing line of the draft. The line keeps its ID and, without `product_id` and `title`, its product, title and
    /// price. With its `product_id`, it gets the product's current name and price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub id: Option<LineId>,
    /// ID of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// Title of a custom line.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub title: Option<String>,
    /// Price of one unit of a custom line, sent with its `title`. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub unit_price: Option<MoneyInput>,
    /// Number of units.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
impl DraftLine {
    /// True if nothing but the quantity of the line can change.
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
                faults.push(FieldError::duplicate(format!("/lines/{i}/id"), "list a line once"));
            }
            if !line.is_kept() {
                check_line(i, &line.clone().into(), faults);
            } else if line.unit_price.is_some() {
                let why = "an unchanged line keeps its price";
                faults.push(FieldError::not_allowed(format!("/lines/{i}/unit_price"), why));
            }
        }
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        // a price of a line that stays unchanged is already reported
        let priced = |line: &DraftLine| {
            let unit_price = line.unit_price.clone().filter(|_| !line.is_kept());
            NewLine { unit_price, ..line.clone().into() }
        };
        let lines: Vec<NewLine> = self.lines.iter().flatten().take(EXAMINED_MAX).map(priced).collect();
        check_prices(&lines, self.adjustments.as_deref().unwrap_or_default(), currency, faults);
    }
}
/// Deletes a draft order permanently.
///
/// Only its events remain. A placed order is cancelled instead.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/orders/drafts/{id}", scope = Staff(Orders), reply = NoContent, error = DeleteDraftError)]
pub struct DeleteDraft {
    /// ID of the draft.
    pub id: Path<OrderId>,
    /// ETag on which the decision is based.
    pub based_on: IfMatch,
}
/// Places a draft order as the customer's order, under the same ID.
///
/// Reserves stock for all lines or for none. A retry returns the order and never places a second one; total, payment and language
/// in its body are ignored, and the order is paid with `POST /v1/orders/{id}/payments`. `If-Match` and `version` are accepted if
/// they match the draft that was placed, or the order as it is now.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/drafts/{id}/place", scope = Staff(Orders), repeatable, within = 15_000, reply = WithEtag<Order>, error = PlaceDraftError)]
pub struct PlaceDraft {
    /// ID of the draft.
    pub id: Path<OrderId>,
    /// ETag on which the decision is based.
    pub based_on: IfMatch,
    /// Placement details.
    pub placing: Body<PlaceDraftRequest>,
}
/// Details for placing a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
#[schemars(rename = "DraftPlacing")]
pub struct PlaceDraftRequest {
    /// Expected total. If the total differs, the request fails with `price_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// Payment to attempt immediately.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// Language of the emails about the order. Default: the language of the customer's account, or the shop's default language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
    /// Expected version of the draft. If the draft has another version, the request fails with `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
/// Reason why a draft was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceDraftError {
    /// Insufficient stock for one or more lines.
    /// Reduce quantities to `available`.
    #[status(409)]
    InsufficientStock {
        /// Lines with insufficient stock.
        errors: Vec<InsufficientStockLine>,
    },
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Lines whose products are unavailable.
        errors: Vec<FieldError>,
    },
    /// Prices have changed.
    /// Check the new total and retry with it.
    #[status(409)]
    PriceChanged {
        /// Expected total.
        expected: Money,
        /// Current total.
        actual: Money,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
        current_version: i64,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Location in the request.
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
