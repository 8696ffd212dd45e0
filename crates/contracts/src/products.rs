//! The catalogue: what is on sale, at what price.

use crate::{
    Image, LINE, Metadata, MetadataInput, PROSE, SKU, check_amount, checked, given, given_line, given_prose,
    given_sku, line, metadata_form, not_blank, prose, sku,
};
use endpoint::*;
use garde::Validate;
use kernel::{AmountInput, Currency, Money, MoneyInput, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::stock_display::StockDisplay;

/// A product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// The product's id.
    pub id: ProductId,
    /// The shop's own code for it, unique.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it looks like: the first picture is the one to show where there is room for one.
    pub images: Vec<Image>,
    /// The price of one.
    pub price: Money,
    /// Pieces on hand. Where the shop shows levels instead of exact counts, only staff see it; others see what `available` says.
    pub stock: i64,
    /// Units that are reserved for orders and have not shipped. More than `stock` where the product is sold on backorder, or where less
    /// is on hand than orders need. Always 0 to all but staff where the shop shows levels.
    pub reserved: i64,
    /// Pieces that can be ordered: `stock` − `reserved`, never below 0. Where the shop shows levels instead of exact counts, all
    /// but staff see a lower bound: 0 (sold out), 1 (low), or one more than the shop counts as low.
    pub available: i64,
    /// Whether it may be ordered beyond what is on hand.
    pub backorder: bool,
    /// Whether it is on sale.
    pub status: ProductStatus,
    /// Your own data, shown to everybody who reads the product.
    pub metadata: Metadata,
    /// Counts the changes of the catalogue data; sales do not change it.
    pub version: i64,
    /// Counts the changes of the stock. Always 0 to all but staff where the shop shows levels.
    pub stock_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its catalogue data was last changed.
    pub updated_at: Timestamp,
}
/// Whether a product is on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// On sale.
    #[default]
    Active,
    /// Seen by staff only.
    Draft,
    /// Deleted: kept for the orders that name it.
    Deleted,
}

/// The status that a product can be given.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewProductStatus {
    /// On sale.
    Active,
    /// Seen by staff only.
    Draft,
}

/// Adds a product.
///
/// It is on sale at once, unless its status is `draft`; its first stock is a movement in the ledger. A repeat under
/// the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/products", scope = Staff(Products), reply = Created<Product>, error = CreateProductError)]
pub struct CreateProduct {
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// The product.
    pub product: Body<NewProduct>,
}
/// A product to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewProduct {
    /// SKU: the shop's own code for the product, unique whatever its case. Blanks around it are removed, and letters are
    /// composed (NFC), before its length counts. Made up when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// What it is called.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// What it is.
    #[serde(default, deserialize_with = "prose::<10_000, _, _>")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: String,
    /// What it looks like: at most eight pictures, the one to show first in front.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub images: Vec<Image>,
    /// The price of one.
    #[garde(skip)]
    pub price: MoneyInput,
    /// Pieces on hand.
    #[serde(default)]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: i64,
    /// Whether it may be ordered beyond what is on hand.
    #[serde(default)]
    #[garde(skip)]
    pub backorder: bool,
    /// `active` or `draft`.
    #[serde(default)]
    #[schemars(with = "NewProductStatus")]
    #[garde(custom(not_deleted))]
    pub status: ProductStatus,
    /// Your own data, shown to everybody who reads the product.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
}
/// Why a product was not added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateProductError {
    /// The SKU is already in use.
    /// Choose another SKU, or change the product that has it.
    #[status(409)]
    SkuTaken {
        /// The product that has it.
        product_id: ProductId,
    },
}

/// Reads a product.
///
/// Drafts are seen by staff who may change products. A deleted product is not found, here and for everybody. With
/// `If-None-Match` a product that has not changed is answered 304, without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products/{id}", scope = Public, reply = Conditional<Product>)]
pub struct GetProduct {
    /// Which product.
    pub id: Path<ProductId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}

/// Tells who saved a product's catalogue data last, for the pages of staff: whoever reads a product is told of nobody.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/products/{id}/editor", scope = Service(&["gateway"]), reply = Json<Editor>)]
pub struct GetLastEditor {
    /// Which product.
    pub id: Path<ProductId>,
}
/// Who saved a product's catalogue data last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Editor {
    /// The version that they saved.
    pub version: i64,
    /// Who did, as events name it: a user's id, or `import`; nothing where an older program has saved it.
    pub saved_by: Option<String>,
}

/// Lists products, newest first unless `sort` says otherwise.
///
/// One page at a time: send `next_cursor` as `cursor` for the next one, with the same filters, until it is null.
/// Where what is looked for is rare, a page can hold fewer than `limit`, and there is more all the same. Drafts are listed
/// for staff who may change products; deleted ones only for them, and when `status` asks for it.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products", scope = Public, reply = Json<Page<Product>>)]
pub struct ListProducts {
    /// Which products.
    pub filter: Query<ProductFilter>,
    /// Which page.
    pub slice: PageParams,
}
/// Which products to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct ProductFilter {
    /// What words in name, SKU or description begin with: all of them, in any order, whatever their case and
    /// accents. Eight words count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Only those with this status; drafts are seen by staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<ProductStatus>,
    /// Only the one with this SKU, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, max = 64))]
    pub sku: Option<String>,
    /// Only those that cost so much or more, such as `9.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub price_min: Option<String>,
    /// Only those that cost so much or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub price_max: Option<String>,
    /// Only those that can be ordered now, be it beyond what is on hand (`backorder`), or only those that cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub in_stock: Option<bool>,
    /// Only those of which few are left or none, as the shop has set it (5 or fewer), or only those of which there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub low_stock: Option<bool>,
    /// Only those whose catalogue data was last changed then or later; sales are no such change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_from: Option<Timestamp>,
    /// Only those whose catalogue data was last changed before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_before: Option<Timestamp>,
    /// The order; `-created_at` where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub sort: Option<ProductSort>,
}
/// The order of a list of products.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductSort {
    /// By name, without regard to case and accents.
    #[serde(rename = "name")]
    Name,
    /// By name, backwards.
    #[serde(rename = "-name")]
    NameDown,
    /// The cheapest first.
    #[serde(rename = "price")]
    Price,
    /// The dearest first.
    #[serde(rename = "-price")]
    PriceDown,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// Those first whose catalogue data was changed longest ago.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// Those first whose catalogue data was changed last.
    #[serde(rename = "-updated_at")]
    UpdatedAtDown,
    /// What fits `q` best first: a name or SKU that is just that, a name that begins with it and ends a word there, any other that begins
    /// with it, one in which it begins a word, one that has all the words, and then whatever has them elsewhere; of those that fit
    /// alike the newest first. Where each of the words is one of very many products (about a thousand): those whose name begins with
    /// `q`, by name, and then all others, newest first. Without `q` the newest first.
    #[serde(rename = "relevance")]
    Relevance,
}

/// Replaces a product's catalogue data.
///
/// What is absent takes its default; absent `stock` leaves the stock alone. A change that carries `stock`
/// needs `If-Match` or `stock_version`; one that does not is never refused because of sales.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/v1/products/{id}", scope = Staff(Products), guarded, reply = WithEtag<Product>, error = ChangeProductError)]
pub struct ReplaceProduct {
    /// Which product.
    pub id: Path<ProductId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What it shall be.
    pub product: Body<ProductData>,
}
/// A product's catalogue data, and its stock where that is meant to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct ProductData {
    /// SKU, unique whatever its case; the old one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// What it is called.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// What it is.
    #[serde(default, deserialize_with = "prose::<10_000, _, _>")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: String,
    /// What it looks like: at most eight pictures, the one to show first in front.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub images: Vec<Image>,
    /// The price of one.
    #[garde(skip)]
    pub price: MoneyInput,
    /// Pieces on hand, counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: Option<i64>,
    /// Whether it may be ordered beyond what is on hand.
    #[serde(default)]
    #[garde(skip)]
    pub backorder: bool,
    /// `active` or `draft`.
    #[serde(default)]
    #[schemars(with = "NewProductStatus")]
    #[garde(custom(not_deleted))]
    pub status: ProductStatus,
    /// Your own data, shown to everybody who reads the product.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// Refused with `version_conflict` if the product's is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
    /// Refused with `version_conflict` if the stock's is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub stock_version: Option<i64>,
    /// Sets the stock even below what is reserved.
    #[serde(default)]
    #[garde(skip)]
    pub accept_shortfall: bool,
}

/// Changes some of a product's data: what is absent stays.
///
/// No member can be taken away, so none may be null; `metadata` and `images` are replaced as a whole. A change that carries
/// `stock` needs `If-Match` or `stock_version`; one that does not is never refused because of sales. A repeat under the same
/// `Idempotency-IdempotencyKey` changes nothing, whatever others have changed since, and is answered with the product as it is now.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/products/{id}", scope = Staff(Products), guarded, reply = WithEtag<Product>, error = ChangeProductError)]
pub struct UpdateProduct {
    /// Which product.
    pub id: Path<ProductId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<ProductChange>,
}
/// What changes of a product.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct ProductChange {
    /// SKU, unique whatever its case. Blanks around it are removed, and letters are composed (NFC), before its length
    /// counts.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_sku")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_line::<200, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_prose::<10_000, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: Option<String>,
    /// What it looks like: at most eight pictures, replaced as a whole.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Vec<Image>")]
    #[garde(length(max = 8), dive)]
    pub images: Option<Vec<Image>>,
    /// The price of one.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "MoneyInput")]
    #[garde(skip)]
    pub price: Option<MoneyInput>,
    /// Pieces on hand, counted.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: Option<i64>,
    /// Whether it may be ordered beyond what is on hand.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    #[garde(skip)]
    pub backorder: Option<bool>,
    /// `active` or `draft`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "NewProductStatus")]
    #[garde(inner(custom(not_deleted)))]
    pub status: Option<ProductStatus>,
    /// Your own data, replaced as a whole, shown to everybody who reads the product.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "MetadataInput")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// Refused with `version_conflict` if the product's is another.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(skip)]
    pub version: Option<i64>,
    /// Refused with `version_conflict` if the stock's is another.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(skip)]
    pub stock_version: Option<i64>,
    /// Sets the stock even below what is reserved.
    #[garde(skip)]
    pub accept_shortfall: bool,
}
/// Why a product was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangeProductError {
    /// The SKU is already in use.
    /// Choose another SKU, or change the product that has it.
    #[status(409)]
    SkuTaken {
        /// The product that has it.
        product_id: ProductId,
    },
    /// The resource was modified by another request.
    /// Fetch the product again and retry with its current versions.
    #[status(409)]
    VersionConflict {
        /// The catalogue data's current version.
        current_version: i64,
        /// The stock's current version.
        current_stock_version: i64,
    },
    /// Stock on hand would fall below reserved stock.
    /// Cancel some of the orders, or send `accept_shortfall: true`.
    #[status(409)]
    StockReserved {
        /// How many pieces are reserved.
        reserved: i64,
        /// The newest placings that reserve some, newest first, at most ten; `order.placed` tells whose each is.
        #[serde(default)]
        placement_ids: Vec<PlacementId>,
    },
}

/// Takes a product off sale for good.
///
/// Orders that name it keep it. Its SKU becomes free.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/products/{id}", scope = Staff(Products), reply = NoContent)]
pub struct DeleteProduct {
    /// Which product.
    pub id: Path<ProductId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
}

/// Implements `ValidateRequest` for bodies with a price.
macro_rules! priced {
    ($($body:ty: $price:expr),* $(,)?) => {$(
        impl ValidateRequest for $body {
            fn check(&self, faults: &mut Vec<FieldError>) {
                endpoint::garde(self, faults);
            }
            fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
                let price: fn(&Self) -> Option<&MoneyInput> = $price;
                check_amount(price(self), "/price", currency, faults);
            }
        }
    )*};
}
priced! {
    NewProduct: |body| Some(&body.price),
    ProductData: |body| Some(&body.price),
    ProductChange: |body| body.price.as_ref(),
}
checked!(ProductFilter);

fn not_deleted(status: &ProductStatus, (): &()) -> garde::Result {
    match status {
        ProductStatus::Deleted => Err(garde::Error::new("use DELETE to delete a product")),
        _ => Ok(()),
    }
}
