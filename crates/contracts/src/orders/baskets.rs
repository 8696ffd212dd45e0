//! Baskets: the units that a customer means to order, stored until the order is placed.
//!
//! Anyone who knows the ID of a guest basket has access to it, and the ID cannot be guessed. A user has one open basket.

use super::{InsufficientStockLine, Order, PaymentMethod};
use crate::{
    Address, Image, Metadata, MetadataInput, NEW_EMAIL, PROSE, check_amount, checked, metadata_form,
    not_blank, prose, trimmed,
};
use endpoint::*;
use garde::Validate;
use kernel::{Currency, Language, Money, MoneyInput, Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Basket {
    /// ID of the basket. The ID of a guest basket is a secret: it gives access to the basket.
    pub id: BasketId,
    /// ID of the account that owns the basket. Null for a guest basket.
    pub user_id: Option<UserId>,
    /// Status of the basket.
    pub status: BasketStatus,
    /// ID of the order that was placed from the basket. Null until then.
    pub order_id: Option<OrderId>,
    /// Lines of the basket, as they were added.
    pub lines: Vec<BasketLine>,
    /// Total number of units.
    pub pieces: i64,
    /// Total at current prices, without products that are not on sale. Null if it is too large for an order.
    pub total: Option<Money>,
    /// Problems that prevent ordering the basket as it is.
    pub problems: Vec<BasketProblem>,
    /// Version of the basket. Increases with each change.
    pub version: i64,
    /// Time at which the basket was created.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Time at which the basket is deleted, unless it is changed before.
    pub expires_at: Timestamp,
}
/// Status of a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasketStatus {
    /// The basket can be changed and placed.
    Open,
    /// The basket has become an order.
    Placed,
    /// A guest basket whose units have all been moved to a user's basket.
    Merged,
}
/// A number of units of a product in a basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketLine {
    /// ID of the product.
    pub product_id: ProductId,
    /// Name of the product when it was added.
    pub title: String,
    /// Number of units.
    pub quantity: i64,
    /// Price of one unit when the product was added; the lowest such price if it was added several times. The order is charged at
    /// the price at placement.
    pub unit_price: Money,
    /// Current data of the product. Null if it is not on sale.
    pub product: Option<BasketProduct>,
    /// Total of the line at the current price. Null if the product is not on sale, or if the total is too large for an order.
    pub total: Option<Money>,
}
/// Current product data of a basket line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketProduct {
    /// SKU of the product.
    pub sku: String,
    /// Name of the product.
    pub name: String,
    /// Images of the product.
    pub images: Vec<Image>,
    /// Current price of one unit.
    pub price: Money,
    /// Units that can be ordered. If the shop shows stock levels, a lower bound, as in `Product`.
    pub available: i64,
    /// True if more units than `available` can be ordered.
    pub backorder: bool,
}
/// A problem that prevents ordering a line as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketProblem {
    /// Code of the problem.
    pub code: BasketProblemCode,
    /// JSON Pointer to the line in the basket.
    pub pointer: String,
    /// ID of the product.
    pub product_id: ProductId,
    /// How to resolve the problem.
    pub detail: String,
}
/// Problem that prevents ordering a basket line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasketProblemCode {
    /// The product is not on sale.
    NotOnSale,
    /// The basket has more units than are available.
    InsufficientStock,
    /// The price of one unit differs from the price that was shown.
    PriceChanged,
}

/// Creates a basket.
///
/// For a guest, creates a new basket, whose ID must be stored as a secret. A signed-in user has one open basket: if it exists, it
/// is returned, also with 201. A retry is therefore safe and takes no idempotency key.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets", scope = Public, repeatable, reply = Created<Basket>)]
pub struct CreateBasket {
    /// Basket to create.
    pub basket: Body<NewBasket>,
}
/// A basket to create.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NewBasket {
    /// ID for a guest basket: a random UUID (version 4) in the format of IDs. Keep it secret, like an ID that the server assigns:
    /// it gives access to the basket and to the order that is placed from it. Simultaneous requests with the same ID share one
    /// basket. If a basket with the ID exists, it is returned unchanged; if it belongs to an account, the request fails. Ignored
    /// for signed-in users, who have one open basket.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = RANDOM_ID))]
    pub id: Option<BasketId>,
}

/// Returns the open basket of the signed-in user.
///
/// If the user has none, the response is 404; `POST /v1/baskets` creates it.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/baskets/mine", scope = User, reply = WithEtag<Basket>)]
pub struct GetMyBasket {}

/// Returns a basket, with the problems that prevent ordering it now.
///
/// A guest basket is available to anyone who knows its ID, a user's basket to that user only.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/baskets/{id}", scope = Public, reply = WithEtag<Basket>)]
pub struct GetBasket {
    /// ID of the basket.
    pub id: Path<BasketId>,
}

/// Adds units of a product to a basket.
///
/// The units are added to those already in the basket, and simultaneous requests all take effect. A retry with the same
/// `Idempotency-Key` adds no units, even if the basket has changed since.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/lines", scope = Public, reply = WithEtag<Basket>, error = UpdateBasketError)]
pub struct AddToBasket {
    /// ID of the basket.
    pub id: Path<BasketId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
    /// Product and number of units to add.
    pub item: Body<NewBasketItem>,
}
/// A number of units to add to a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewBasketItem {
    /// ID of the product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// Number of units.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}

/// Sets the number of units of products in a basket.
///
/// Products that are not listed remain unchanged; 0 removes a product. The lines keep the price that was shown when they were
/// added, so a changed price is still reported as a problem. With `If-Match`, the request fails if the basket has changed since
/// it was read.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/baskets/{id}", scope = Public, reply = WithEtag<Basket>, error = UpdateBasketError)]
pub struct UpdateBasket {
    /// ID of the basket.
    pub id: Path<BasketId>,
    /// ETag on which the change is based.
    pub based_on: IfMatch,
    /// New numbers of units.
    pub change: Body<BasketChange>,
}
/// New numbers of units for products in a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct BasketChange {
    /// 1 to 100 products, each at most once.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<BasketItem>,
}
impl BasketChange {
    /// Field errors of lines whose product is in an earlier line.
    pub fn repeated(&self) -> Vec<FieldError> {
        let is_repeated = |index: usize, item: &BasketItem| {
            self.lines[..index].iter().any(|other| other.product_id == item.product_id)
        };
        let lines = self.lines.iter().enumerate().filter(|(index, item)| is_repeated(*index, item));
        let fault =
            |index| FieldError::duplicate(format!("/lines/{index}/product_id"), "list a product once");
        lines.map(|(index, _)| fault(index)).collect()
    }
}
impl ValidateRequest for BasketChange {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
    }
}
/// A number of units of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct BasketItem {
    /// ID of the product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// Number of units. 0 removes the product.
    #[garde(range(min = 0, max = 1_000_000))]
    pub quantity: i64,
}
/// Reason why a basket was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateBasketError {
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Location in the request.
        errors: Vec<FieldError>,
    },
    /// The basket limit is reached.
    /// Remove a line, or place the basket first.
    #[status(409)]
    BasketFull {
        /// Maximum number of different products in a basket.
        lines_max: u32,
        /// Maximum number of units of one product.
        quantity_max: i64,
    },
    /// The basket is closed.
    /// Create a new basket.
    #[status(409)]
    BasketClosed {
        /// Status of the basket.
        #[serde(rename = "current_status")]
        status: BasketStatus,
    },
}

/// Moves the units of a guest basket to the signed-in user's basket.
///
/// The user's basket is created if there is none. Units of the same product are added up. Units that exceed the basket limits
/// remain in the guest basket and are returned as `left_out`. A retry moves nothing twice.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/merge", scope = User, repeatable, reply = Json<MergedBasket>)]
pub struct MergeBasket {
    /// ID of the guest basket.
    pub id: Path<BasketId>,
}
/// Result of merging a guest basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MergedBasket {
    /// Basket of the signed-in user.
    pub basket: Basket,
    /// Units that remain in the guest basket.
    pub left_out: Vec<BasketItem>,
}

/// Places a basket as an order.
///
/// Reserves stock for all lines or for none, at current prices; problems are reported as for `POST /v1/orders`. A basket is
/// placed once: a retry returns the same order, so no idempotency key is taken. A request with another body than the one the
/// basket was placed with is rejected (`basket_closed`) with the `order_id`; the order is then updated and paid with its own
/// endpoints.
///
/// A guest needs an `email`, but no account. The response has `order_key`, which gives access to this order only: sent as
/// `Authorization: Bearer ork_…`, it allows the guest to read, pay, update and cancel the order as its buyer. It is returned
/// again by a retry within a day, and by an error that names the order; after that it is in the emails about the order. The order
/// is assigned to the account that verifies the email address.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/place", scope = Public, within = 15_000, repeatable, reply = Created<Order>, error = PlaceBasketError)]
pub struct PlaceBasket {
    /// ID of the basket.
    pub id: Path<BasketId>,
    /// ETag of the basket to order.
    pub based_on: IfMatch,
    /// Shipping and payment details.
    pub placing: Body<PlaceBasketRequest>,
}
/// Details for placing a basket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
#[schemars(rename = "BasketPlacing")]
pub struct PlaceBasketRequest {
    /// Email address for messages about the order. Required for guests, and ignored for signed-in users, whose account has an
    /// address. Surrounding blanks are removed.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: Option<String>,
    /// Expected total. If the total differs, the request fails with `price_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// Shipping address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// Note of the customer.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data. Visible to everyone who can read the order.
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// Payment to attempt immediately.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// Language of the emails about the order. Default: the language of the account, or the shop's default language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
/// Reason why a basket was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceBasketError {
    /// The basket is empty.
    /// Add a product.
    #[status(409)]
    BasketEmpty,
    /// The basket is closed.
    /// Read the order, or create a new basket.
    #[status(409)]
    BasketClosed {
        /// Status of the basket.
        #[serde(rename = "current_status")]
        status: BasketStatus,
        /// ID of the order, which was placed with another body than this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
        /// Access key of that order, if it is a guest order. A credential: store it as a secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_key: Option<Secret>,
    },
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
    /// Show the customer the new total and retry with it.
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
    /// Change the basket and place it again.
    #[status(409)]
    WornOut,
}

impl ValidateRequest for PlaceBasketRequest {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        check_amount(self.expected_total.as_ref(), "/expected_total", currency, faults);
    }
}
checked!(NewBasketItem);

/// Pattern of IDs that are random UUIDs of version 4 (RFC 9562, section 5.4), in 26 digits of 5 bits each. The first 4 bits of
/// the eleventh digit are the version; the second and third bits of the fourteenth digit are the variant.
const RANDOM_ID: &str =
    "^bas_[0-7][0-9a-hjkmnp-tv-z]{9}[89][0-9a-hjkmnp-tv-z]{2}[89abrstv][0-9a-hjkmnp-tv-z]{12}$";

impl ValidateRequest for NewBasket {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.id.is_some_and(|id| !id.is_random()) {
            faults.push(FieldError::invalid(
                "/id",
                "a random UUID of version 4 is expected, which cannot be guessed",
            ));
        }
    }
}
