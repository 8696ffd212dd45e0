//! Baskets: what somebody means to order, kept until they do.
//!
//! A guest's basket is whoever's who knows its id, which nobody can guess; a user has one open basket of their own.

use super::{InsufficientStockLine, NewOrder, Order, PaymentMethod};
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
    /// The basket's id. A guest's is a secret: whoever knows it has the basket.
    pub id: BasketId,
    /// Whose it is; null for a guest's.
    pub user_id: Option<UserId>,
    /// Where it is.
    pub status: BasketStatus,
    /// The order that it became.
    pub order_id: Option<OrderId>,
    /// What is in it, as it was put in.
    pub lines: Vec<BasketLine>,
    /// All pieces together.
    pub pieces: i64,
    /// What it comes to at the prices of now, without what is not on sale; null where that is too large for an order.
    pub total: Option<Money>,
    /// What stands in the way of ordering it as it was put in.
    pub problems: Vec<BasketProblem>,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it is forgotten, unless it is changed before.
    pub expires_at: Timestamp,
}
/// Where a basket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasketStatus {
    /// It can be filled and placed.
    Open,
    /// It is an order.
    Placed,
    /// A guest's, all of which is in a user's basket by now.
    Merged,
}
/// So many pieces of a product in a basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketLine {
    /// Which product.
    pub product_id: ProductId,
    /// What it was called when it was put in.
    pub title: String,
    /// Pieces.
    pub quantity: i64,
    /// The price of one that was shown when it was put in, the lowest where that was more than once. What counts is the price
    /// at placing.
    pub unit_price: Money,
    /// The product as it is now; null where it is not on sale.
    pub product: Option<BasketProduct>,
    /// What the line comes to at the price of now; null where it is not on sale, or too much for an order.
    pub total: Option<Money>,
}
/// What a basket shows of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketProduct {
    /// The shop's own code for it.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What it looks like.
    pub images: Vec<Image>,
    /// The price of one.
    pub price: Money,
    /// Pieces that can be ordered. Where the shop shows levels, a lower bound, as in `Product`.
    pub available: i64,
    /// Whether it may be ordered beyond that.
    pub backorder: bool,
}
/// What stands in the way of ordering a line as it was put in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketProblem {
    /// What it is.
    pub code: BasketProblemCode,
    /// Which line, as a pointer into the basket.
    pub pointer: String,
    /// Of which product.
    pub product_id: ProductId,
    /// What to do.
    pub detail: String,
}
/// What can stand in the way of ordering a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasketProblemCode {
    /// It is not on sale.
    NotOnSale,
    /// More is in the basket than can be had.
    InsufficientStock,
    /// One costs something else than was shown.
    PriceChanged,
}

/// Makes a basket.
///
/// A guest gets a new one, whose id is to be kept as a secret is. Whoever is signed in has one open basket: where there
/// is one, it is the answer, with 201 as well. So a repeat does no harm, and takes no key.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets", scope = Public, repeatable, reply = Created<Basket>)]
pub struct CreateBasket {
    /// Which one.
    pub basket: Body<NewBasket>,
}
/// A basket to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NewBasket {
    /// The id of a guest's: a random UUID (version 4) in the form of ids. It is a secret as those that are given are: whoever can guess
    /// it has the basket, and the order that it becomes. Where two requests at once name the same one, both have one basket; where
    /// there is one with that id, it is the answer, as it is, unless it is somebody's account's. Who is signed in has one basket
    /// anyway.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = RANDOM_ID))]
    pub id: Option<BasketId>,
}

/// Reads the open basket of whoever is signed in.
///
/// Where there is none, it is not found; `POST /v1/baskets` makes it.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/baskets/mine", scope = User, reply = WithEtag<Basket>)]
pub struct GetMyBasket {}

/// Reads a basket, with what stands in the way of ordering it now.
///
/// A guest's is there for everybody who knows its id, a user's for that user.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/baskets/{id}", scope = Public, reply = WithEtag<Basket>)]
pub struct GetBasket {
    /// Which basket.
    pub id: Path<BasketId>,
}

/// Puts pieces of a product into a basket, to those that are in it.
///
/// Whoever does so at the same time loses nothing: all pieces count. A repeat under the same `Idempotency-IdempotencyKey` adds
/// none, whatever has become of the basket since.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/lines", scope = Public, reply = WithEtag<Basket>, error = UpdateBasketError)]
pub struct AddToBasket {
    /// Which basket.
    pub id: Path<BasketId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// What to put in.
    pub item: Body<NewBasketItem>,
}
/// Pieces of a product that are put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewBasketItem {
    /// Which product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// Pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}

/// Sets how many pieces of products are in a basket.
///
/// What is not named stays as it is; 0 takes a product out. What is in it stays as it was offered: a price that has changed
/// since goes on being told. With `If-Match` nothing is set in a basket that has changed since it was read.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/baskets/{id}", scope = Public, reply = WithEtag<Basket>, error = UpdateBasketError)]
pub struct UpdateBasket {
    /// Which basket.
    pub id: Path<BasketId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// How many pieces of what.
    pub change: Body<BasketChange>,
}
/// How many pieces of what are to be in a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct BasketChange {
    /// 1 to 100 products, each once.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<BasketItem>,
}
impl BasketChange {
    /// The lines whose product has been named before.
    pub fn repeated(&self) -> Vec<FieldError> {
        let is_repeated = |index: usize, item: &BasketItem| {
            self.lines[..index].iter().any(|other| other.product_id == item.product_id)
        };
        let lines = self.lines.iter().enumerate().filter(|(index, item)| is_repeated(*index, item));
        let fault =
            |index| FieldError::duplicate(format!("/lines/{index}/product_id"), "name a product once");
        lines.map(|(index, _)| fault(index)).collect()
    }
}
impl ValidateRequest for BasketChange {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
    }
}
/// So many pieces of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct BasketItem {
    /// Which product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// Pieces.
    #[garde(range(min = 0, max = 1_000_000))]
    pub quantity: i64,
}
/// Why a basket was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateBasketError {
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Where in the request.
        errors: Vec<FieldError>,
    },
    /// The basket limit is reached.
    /// Remove a line, or place the basket first.
    #[status(409)]
    BasketFull {
        /// Different products that a basket can have.
        lines_max: u32,
        /// Pieces of one product that it can have.
        quantity_max: i64,
    },
    /// The basket is closed.
    /// Create a new basket.
    #[status(409)]
    BasketClosed {
        /// Where it is.
        #[serde(rename = "current_status")]
        status: BasketStatus,
    },
}

/// Moves what is in a guest's basket into that of whoever is signed in, which is made where there is none.
///
/// Pieces of the same product add up. What finds no room stays in the guest's basket and is told as `left_out`. A repeat
/// moves nothing twice.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/merge", scope = User, repeatable, reply = Json<MergedBasket>)]
pub struct MergeBasket {
    /// Which basket is the guest's.
    pub id: Path<BasketId>,
}
/// What came of moving a guest's basket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MergedBasket {
    /// The basket of whoever is signed in.
    pub basket: Basket,
    /// What is still in the guest's basket.
    pub left_out: Vec<BasketItem>,
}

/// Places a basket: it becomes an order, once.
///
/// Reserves every line or none, at the prices of now; what stands in the way is told as for `POST /v1/orders`. A repeat
/// answers with the order; it never places a second one, so that it takes no key. Whoever asks with another body than it
/// was placed with is refused (`basket_closed`) and told the `order_id`: what has been placed is changed and paid there.
///
/// A guest needs no account, but an `email`. The answer has `order_key`, which opens this order and no other: shown as
/// `Authorization: Bearer ork_…` it reads, pays, corrects and cancels what its buyer may. A repeat within a day has it again,
/// and so has a refusal that names the order; after that the mails about the order do. The order comes into the account of whoever has verified that address.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/baskets/{id}/place", scope = Public, within = 15_000, repeatable, reply = Created<Order>, error = PlaceBasketError)]
pub struct PlaceBasket {
    /// Which basket.
    pub id: Path<BasketId>,
    /// The ETag of what shall be ordered.
    pub based_on: IfMatch,
    /// Where it goes, and how it is paid.
    pub placing: Body<PlaceBasketRequest>,
}
/// How a basket is placed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
#[schemars(rename = "BasketPlacing")]
pub struct PlaceBasketRequest {
    /// Where mails about it go: of a guest, who must say it. It is passed over where somebody is signed in, whose account
    /// has an address of its own. Blanks around it are removed.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: Option<String>,
    /// Refused with `price_changed` if the total is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyInput>,
    /// Where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// What the customer notes.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, shown to everybody who reads the order.
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// How to pay it at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
    /// In which language mails about it are written; absent, in that of the account, or the shop's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
impl From<PlaceBasketRequest> for NewOrder {
    /// The order without its lines, which are the basket's.
    fn from(placing: PlaceBasketRequest) -> Self {
        let PlaceBasketRequest {
            email: _,
            expected_total,
            shipping_address,
            note,
            metadata,
            payment,
            language,
        } = placing;
        let (lines, adjustments) = (Vec::new(), Vec::new());
        NewOrder { lines, expected_total, adjustments, shipping_address, note, metadata, payment, language }
    }
}
/// Why a basket was not placed.
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
        /// Where it is.
        #[serde(rename = "current_status")]
        status: BasketStatus,
        /// The order that it has become, with another body than this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
        /// What opens that order, where it is a guest's: a credential that is to be kept as a secret is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_key: Option<Secret>,
    },
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
    /// Show the customer the new total and retry with it.
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

/// Ids that are random UUIDs of version 4 (RFC 9562, section 5.4), in 26 digits of 5 bits: of the eleventh the first four are the
/// version, of the fourteenth the second and the third the variant.
const RANDOM_ID: &str =
    "^bas_[0-7][0-9a-hjkmnp-tv-z]{9}[89][0-9a-hjkmnp-tv-z]{2}[89abrstv][0-9a-hjkmnp-tv-z]{12}$";

impl ValidateRequest for NewBasket {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.id.is_some_and(|id| !id.is_random()) {
            faults.push(FieldError::invalid(
                "/id",
                "this is no random UUID of version 4: others could guess it",
            ));
        }
    }
}
