//! Placing an order.

use super::{AdjustmentKind, Order};
use crate::{
    Address, LINE, Metadata, MetadataInput, PROSE, check_amount, line, metadata_form, not_blank,
    orders::PaymentMethod, prose,
};
use endpoint::*;
use garde::Validate;
use kernel::{Currency, Language, Money, MoneyInput, SignedMoneyInput, id::ProductId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Places an order.
///
/// Reserves stock for all lines or for none, and returns the created order. Retrying with the same key never places a second
/// order. If `payment` is given, a payment is attempted immediately; the response is 201 even if that attempt fails. A payment
/// method that the payment provider does not know is rejected (422 `unknown_payment_method`) before any stock is reserved. Money
/// already received (`offline`) is recorded after the order is placed.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders", scope = User, within = 15_000, reply = Created<Order>, error = PlaceOrderError)]
pub struct PlaceOrder {
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// Order to place.
    pub order: Body<NewOrder>,
}
/// An order to place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewOrder {
    /// 1 to 100 lines. A customer's order has at least one product line.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<NewLine>,
    /// Expected total. If the total differs, the request fails with `price_changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// Shipping, tax and discounts. For staff only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Vec<NewAdjustment>,
    /// Shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// Note of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data. Visible to everyone who can read the order, including the customer.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// Payment to attempt immediately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// Language of the emails about the order. Default: the language of the account, or the shop's default language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
/// A line to order: either a product (`product_id`) or a custom line (`title` with `unit_price`). A line with both or neither is
/// rejected (400, `one_of`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewLine {
    /// ID of the product. Alternative to `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// Title of a custom line. Alternative to `product_id`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub title: Option<String>,
    /// Price of one unit of a custom line. For staff only. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub unit_price: Option<MoneyInput>,
    /// Number of units.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
/// An adjustment to add to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAdjustment {
    /// Kind of the adjustment.
    #[garde(skip)]
    pub kind: AdjustmentKind,
    /// Title of the adjustment.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub title: String,
    /// Amount, 0 or more. A discount is subtracted from the total, and can also be sent with its sign as it is returned
    /// (`-3.00`).
    #[garde(skip)]
    #[schemars(with = "SignedMoneyInput")]
    pub amount: MoneyInput,
}
impl ValidateRequest for NewOrder {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_lines(&self.lines, faults);
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        check_prices(&self.lines, &self.adjustments, currency, faults);
        check_amount(self.expected_total.as_ref(), "/expected_total", currency, faults);
    }
}
/// Maximum number of list items that are examined. A longer list is rejected for its length.
pub(super) const EXAMINED_MAX: usize = 100;

/// Checks that the prices of custom lines and the amounts of adjustments are valid in the shop's currency.
pub(super) fn check_prices(
    lines: &[NewLine],
    adjustments: &[NewAdjustment],
    currency: Currency,
    faults: &mut Vec<FieldError>,
) {
    // a price of a product line is already reported
    for (i, line) in lines.iter().take(EXAMINED_MAX).enumerate().filter(|(_, line)| line.product_id.is_none())
    {
        check_amount(line.unit_price.as_ref(), format!("/lines/{i}/unit_price"), currency, faults);
    }
    for (i, one) in adjustments.iter().take(EXAMINED_MAX).enumerate() {
        if let Err(error) = one.amount.read_signed(currency) {
            faults.push(FieldError::of_amount(format!("/adjustments/{i}/amount"), &error));
        }
    }
}
/// Checks that each line has either a product or a title, and that product lines have no price of their own.
pub(super) fn check_lines(lines: &[NewLine], faults: &mut Vec<FieldError>) {
    lines.iter().take(EXAMINED_MAX).enumerate().for_each(|(i, line)| check_line(i, line, faults));
}
/// Checks one line.
pub(super) fn check_line(i: usize, line: &NewLine, faults: &mut Vec<FieldError>) {
    if line.product_id.is_some() == line.title.is_some() {
        let why = "give either product_id or title";
        faults.push(FieldError::one_of(format!("/lines/{i}"), why));
    }
    if line.product_id.is_some() && line.unit_price.is_some() {
        let why = "the price of a product line comes from the catalogue";
        faults.push(FieldError::not_allowed(format!("/lines/{i}/unit_price"), why));
    }
}
/// Reason why an order was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceOrderError {
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
    /// Show the customer the new total and retry with it; the idempotency key can stay the same.
    #[status(409)]
    PriceChanged {
        /// Expected total.
        expected: Money,
        /// Current total.
        actual: Money,
    },
    /// The limit of unpaid orders is reached.
    /// Pay or cancel some of them first.
    #[status(409)]
    TooManyUnpaidOrders {
        /// Maximum number of unpaid orders.
        limit: u32,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Location in the request.
        errors: Vec<FieldError>,
    },
    /// The placement attempt limit is reached.
    /// Retry with a new idempotency key.
    #[status(409)]
    WornOut,
}
/// A line with insufficient stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Short")]
pub struct InsufficientStockLine {
    /// Location in the request.
    pub pointer: String,
    /// Always `insufficient_stock`.
    pub code: String,
    /// How to resolve the problem.
    pub detail: String,
    /// ID of the product.
    pub product_id: ProductId,
    /// Units that can be ordered instead.
    pub available: i64,
    /// True if more stock exists, but the limit of units that unpaid orders can reserve is reached. Pay open orders first, or
    /// order fewer units.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}
