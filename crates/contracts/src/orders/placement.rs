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
/// Reserves every line or none, and answers with the order. The same key never places a second one.
/// With `payment`, the payment is attempted at once; the answer is 201 whatever becomes of it. A method that the
/// payment provider does not know is refused (422 `unknown_payment_method`) before anything is reserved. Money in hand (`offline`)
/// is recorded once the order is placed.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders", scope = User, within = 15_000, reply = Created<Order>, error = PlaceOrderError)]
pub struct PlaceOrder {
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// What is ordered.
    pub order: Body<NewOrder>,
}
/// What is ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewOrder {
    /// 1 to 100 lines; a customer's order has at least one product among them.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<NewLine>,
    /// Refused with `price_changed` if the total is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// Shipping, tax and discounts; for staff only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Vec<NewAdjustment>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// What the customer notes.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, shown to everybody who reads the order, the customer, too.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// How to pay it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// In which language mails about it are written; absent, in that of the account, or the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
/// A line to be: either a product (`product_id`) or a custom line (`title`, and its `unit_price`); a line with both or neither
/// is refused (400, `one_of`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewLine {
    /// The product; or give `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// What a custom line is called; or give `product_id`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub title: Option<String>,
    /// The price of one of a custom line; for staff only, 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub unit_price: Option<MoneyInput>,
    /// Pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
/// An adjustment to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAdjustment {
    /// What for.
    #[garde(skip)]
    pub kind: AdjustmentKind,
    /// What it is called.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub title: String,
    /// How much, from 0; a discount is taken off, and may be sent as it is read, with its sign (`-3.00`).
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
/// So many items of a list are examined: a longer list is refused for its length.
pub(super) const EXAMINED_MAX: usize = 100;

/// The prices of custom lines, and what adjustments come to, are amounts of the shop.
pub(super) fn check_prices(
    lines: &[NewLine],
    adjustments: &[NewAdjustment],
    currency: Currency,
    faults: &mut Vec<FieldError>,
) {
    // that a product has none is told already
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
/// Each line is of a product or has a title of its own, and products have the prices of the catalogue.
pub(super) fn check_lines(lines: &[NewLine], faults: &mut Vec<FieldError>) {
    lines.iter().take(EXAMINED_MAX).enumerate().for_each(|(i, line)| check_line(i, line, faults));
}
/// The same of one of them.
pub(super) fn check_line(i: usize, line: &NewLine, faults: &mut Vec<FieldError>) {
    if line.product_id.is_some() == line.title.is_some() {
        let why = "give product_id or title, one of them";
        faults.push(FieldError::one_of(format!("/lines/{i}"), why));
    }
    if line.product_id.is_some() && line.unit_price.is_some() {
        let why = "the price of a product is the catalogue's";
        faults.push(FieldError::not_allowed(format!("/lines/{i}/unit_price"), why));
    }
}
/// Why an order was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceOrderError {
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
    /// Show the customer the new total and retry with it; the idempotency key can stay the same.
    #[status(409)]
    PriceChanged {
        /// What was expected.
        expected: Money,
        /// What it comes to now.
        actual: Money,
    },
    /// The limit of unpaid orders is reached.
    /// Pay or cancel some of them first.
    #[status(409)]
    TooManyUnpaidOrders {
        /// How many are allowed.
        limit: u32,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Where in the request.
        errors: Vec<FieldError>,
    },
    /// The placement attempt limit is reached.
    /// Retry with a new idempotency key.
    #[status(409)]
    WornOut,
}
/// A line that cannot be had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Short")]
pub struct InsufficientStockLine {
    /// Where in the request.
    pub pointer: String,
    /// Always `insufficient_stock`.
    pub code: String,
    /// What to do.
    pub detail: String,
    /// Which product.
    pub product_id: ProductId,
    /// How many units can be ordered instead.
    pub available: i64,
    /// True where more is in stock, and the limit of units that unpaid orders can reserve is the reason: pay open orders first, or
    /// order fewer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}
