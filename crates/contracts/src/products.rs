//! The catalogue: the products on sale and their prices.

use crate::{
    Image, LINE, Metadata, MetadataInput, PROSE, SKU, check_amount, checked, given, given_line, given_prose,
    given_sku, line, metadata_form, not_blank, prose, sku,
};
use endpoint::*;
use garde::Validate;
use kernel::{AmountInput, Currency, Money, MoneyInput, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod product_page;
pub use crate::stock_display::StockDisplay;
pub use product_page::ProductPage;

/// A product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// The ID of the product.
    pub id: ProductId,
    /// The SKU: the shop's own product code, which is unique.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The description of the product.
    pub description: String,
    /// The images of the product. The first is the main image.
    pub images: Vec<Image>,
    /// The price per unit.
    pub price: Money,
    /// The number of units on hand. If the shop shows stock levels instead of exact counts, only staff see it; for others,
    /// it equals `available`.
    pub stock: i64,
    /// The number of units that are reserved for orders and have not been shipped. It exceeds `stock` if the product is
    /// sold on backorder, or if fewer units are on hand than orders need. If the shop shows stock levels, it is always 0
    /// for non-staff.
    pub reserved: i64,
    /// The number of units that can be ordered: `stock` − `reserved`, at least 0. If the shop shows stock levels instead of
    /// exact counts, non-staff see a lower bound: 0 (sold out), 1 (low), or one more than the shop's low-stock threshold.
    pub available: i64,
    /// Whether more units can be ordered than are on hand.
    pub backorder: bool,
    /// The status of the product: whether it is on sale.
    pub status: ProductStatus,
    /// Custom data, visible to everyone who can read the product.
    pub metadata: Metadata,
    /// The version of the catalogue data, which increases with every change. Sales do not change it.
    pub version: i64,
    /// The version of the stock, which increases with every change. If the shop shows stock levels, it is always 0 for
    /// non-staff.
    pub stock_version: i64,
    /// The time at which the product was created, in UTC.
    pub created_at: Timestamp,
    /// The time at which the catalogue data was last changed, in UTC.
    pub updated_at: Timestamp,
}
/// The status of a product: whether it is on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// The product is on sale.
    #[default]
    Active,
    /// The product is visible to staff only.
    Draft,
    /// The product is deleted. It is retained for the orders that refer to it.
    Deleted,
}

/// A status that can be set for a product.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewProductStatus {
    /// The product is on sale.
    Active,
    /// The product is visible to staff only.
    Draft,
}

/// Creates a product.
///
/// It is on sale immediately, unless its status is `draft`. Its initial stock is recorded as a stock movement. A retry with
/// the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/products", scope = Staff(Products), reply = Created<Product>, error = CreateProductError)]
pub struct CreateProduct {
    /// The idempotency key, which makes retries safe.
    pub key: OptionalIdempotencyKey,
    /// The product to create.
    pub product: Body<NewProduct>,
}
/// The product to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewProduct {
    /// The SKU: the shop's own product code, which is unique regardless of case. Surrounding blanks are trimmed, and
    /// letters are composed (NFC), before the length is checked. Generated if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// The name of the product.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// The description of the product.
    #[serde(default, deserialize_with = "prose::<10_000, _, _>")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: String,
    /// The images of the product, at most eight. The first is the main image.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub images: Vec<Image>,
    /// The price per unit.
    #[garde(skip)]
    pub price: MoneyInput,
    /// The number of units on hand.
    #[serde(default)]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: i64,
    /// Whether more units can be ordered than are on hand.
    #[serde(default)]
    #[garde(skip)]
    pub backorder: bool,
    /// The status, `active` or `draft`.
    #[serde(default)]
    #[schemars(with = "NewProductStatus")]
    #[garde(custom(not_deleted))]
    pub status: ProductStatus,
    /// Custom data, visible to everyone who can read the product.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
}
/// The reason why the product could not be created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateProductError {
    /// The SKU is already in use.
    /// Choose another SKU, or change the product that has it.
    #[status(409)]
    SkuTaken {
        /// The ID of the product that uses the SKU.
        product_id: ProductId,
    },
}

/// Returns a product.
///
/// Drafts are visible to staff with permission to change products. Deleted products are not found, for all callers. If
/// `If-None-Match` contains the current ETag, the response is 304 without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products/{id}", scope = Public, reply = Conditional<Product>)]
pub struct GetProduct {
    /// The ID of the product.
    pub id: Path<ProductId>,
    /// The ETag that the client already has.
    pub known: IfNoneMatch,
}

/// Returns who last saved a product's catalogue data, for the staff pages. The product itself does not contain it.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/products/{id}/editor", scope = Service(&["gateway"]), reply = Json<Editor>)]
pub struct GetLastEditor {
    /// The ID of the product.
    pub id: Path<ProductId>,
}
/// The user or process that last saved a product's catalogue data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Editor {
    /// The version that was saved.
    pub version: i64,
    /// The actor, as in events: the ID of a user, or `import`. Null if an older version of the program saved the product.
    pub saved_by: Option<String>,
}

/// Returns products, newest first unless `sort` requests another order.
///
/// To get the next page, send `next_cursor` as `cursor` with the same filters, until it is null. If matches are rare, a
/// page can contain fewer than `limit` items although more follow. Drafts are listed for staff with permission to change
/// products; deleted products only for them, and only if `status` requests them.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products", scope = Public, reply = Json<ProductPage>)]
pub struct ListProducts {
    /// The filters of the list.
    pub filter: Query<ProductFilter>,
    /// The page to return.
    pub slice: PageParams,
}
/// The filters of the product list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct ProductFilter {
    /// Search words. A product matches if its name, SKU or description has, for each of the first eight, a word that begins with
    /// it or has the same stem (English, German), regardless of case and accents. In Chinese, Japanese and Thai, a word begins at
    /// each character. If nothing matches, `sort=relevance` corrects typing errors in two words of 4 letters or more: `corrected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Returns only products with this status. Drafts are visible to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<ProductStatus>,
    /// Returns only the product with this SKU, compared case-insensitively.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, max = 64))]
    pub sku: Option<String>,
    /// The lowest price of returned products, inclusive, such as `9.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub price_min: Option<String>,
    /// The highest price of returned products, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub price_max: Option<String>,
    /// `true` returns only products that can be ordered now, including those on backorder; `false` only products that
    /// cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub in_stock: Option<bool>,
    /// `true` returns only products with few or no units available, as the shop has configured it (default: 5 or fewer);
    /// `false` only products with more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub low_stock: Option<bool>,
    /// Returns only products whose catalogue data was last changed at or after this time. Sales do not count as changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_from: Option<Timestamp>,
    /// Returns only products whose catalogue data was last changed before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_before: Option<Timestamp>,
    /// The sort order. Default: `-created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub sort: Option<ProductSort>,
}
/// The sort order of a product list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductSort {
    /// By name, ascending, regardless of case and accents.
    #[serde(rename = "name")]
    Name,
    /// By name, descending.
    #[serde(rename = "-name")]
    NameDown,
    /// By price, lowest first.
    #[serde(rename = "price")]
    Price,
    /// By price, highest first.
    #[serde(rename = "-price")]
    PriceDown,
    /// By creation time, oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// By creation time, newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// By the last change of the catalogue data, oldest first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// By the last change of the catalogue data, newest first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDown,
    /// By relevance for `q`, best match first: an SKU equal to `q`, a name equal to `q`, a name that begins with `q` and has
    /// a word end there, another name that begins with `q`, a name with a word that begins with `q`, a name with all words,
    /// a name and SKU that have all words together, and finally products with the words elsewhere. Among equal matches,
    /// products that can be ordered come first, then the newest. At most 1,000 products are ranked; see `partial`. Without
    /// `q`, newest first.
    #[serde(rename = "relevance")]
    Relevance,
}

/// Replaces a product's catalogue data.
///
/// Absent members take their defaults; if `stock` is absent, the stock stays unchanged. A change that contains `stock`
/// requires `If-Match` or `stock_version`; a change without it is never rejected because of sales.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/v1/products/{id}", scope = Staff(Products), guarded, reply = WithEtag<Product>, error = ChangeProductError)]
pub struct ReplaceProduct {
    /// The ID of the product.
    pub id: Path<ProductId>,
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The new catalogue data.
    pub product: Body<ProductData>,
}
/// A product's catalogue data, and its stock if that is to be changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct ProductData {
    /// The SKU, unique regardless of case. Unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sku")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// The name of the product.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// The description of the product.
    #[serde(default, deserialize_with = "prose::<10_000, _, _>")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: String,
    /// The images of the product, at most eight. The first is the main image.
    #[serde(default)]
    #[garde(length(max = 8), dive)]
    pub images: Vec<Image>,
    /// The price per unit.
    #[garde(skip)]
    pub price: MoneyInput,
    /// The number of units on hand, as counted. Unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: Option<i64>,
    /// Whether more units can be ordered than are on hand.
    #[serde(default)]
    #[garde(skip)]
    pub backorder: bool,
    /// The status, `active` or `draft`.
    #[serde(default)]
    #[schemars(with = "NewProductStatus")]
    #[garde(custom(not_deleted))]
    pub status: ProductStatus,
    /// Custom data, visible to everyone who can read the product.
    #[serde(default)]
    #[schemars(with = "MetadataInput")]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// The expected version of the catalogue data. If the current version differs, the request fails with
    /// `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
    /// The expected version of the stock. If the current version differs, the request fails with `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub stock_version: Option<i64>,
    /// Whether the stock can be set below the reserved units.
    #[serde(default)]
    #[garde(skip)]
    pub accept_shortfall: bool,
}

/// Updates a product. Absent members stay unchanged.
///
/// Members cannot be removed, so none can be null; `metadata` and `images` are replaced as a whole. A change that contains
/// `stock` requires `If-Match` or `stock_version`; a change without it is never rejected because of sales. A retry with the
/// same `Idempotency-Key` changes nothing, whatever has changed since, and returns the current product.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/products/{id}", scope = Staff(Products), guarded, reply = WithEtag<Product>, error = ChangeProductError)]
pub struct UpdateProduct {
    /// The ID of the product.
    pub id: Path<ProductId>,
    /// The idempotency key, which makes retries safe.
    pub key: OptionalIdempotencyKey,
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The members to change.
    pub change: Body<ProductChange>,
}
/// The members of a product to change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct ProductChange {
    /// The SKU, unique regardless of case. Surrounding blanks are trimmed, and letters are composed (NFC), before the
    /// length is checked.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_sku")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 64), pattern(SKU), inner(custom(not_blank)))]
    pub sku: Option<String>,
    /// The name of the product.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_line::<200, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// The description of the product.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_prose::<10_000, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, max = 10_000), pattern(PROSE))]
    pub description: Option<String>,
    /// The images of the product, at most eight, replaced as a whole.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Vec<Image>")]
    #[garde(length(max = 8), dive)]
    pub images: Option<Vec<Image>>,
    /// The price per unit.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "MoneyInput")]
    #[garde(skip)]
    pub price: Option<MoneyInput>,
    /// The number of units on hand, as counted.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock: Option<i64>,
    /// Whether more units can be ordered than are on hand.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    #[garde(skip)]
    pub backorder: Option<bool>,
    /// The status, `active` or `draft`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "NewProductStatus")]
    #[garde(inner(custom(not_deleted)))]
    pub status: Option<ProductStatus>,
    /// Custom data, replaced as a whole, visible to everyone who can read the product.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "MetadataInput")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// The expected version of the catalogue data. If the current version differs, the request fails with
    /// `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(skip)]
    pub version: Option<i64>,
    /// The expected version of the stock. If the current version differs, the request fails with `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "i64")]
    #[garde(skip)]
    pub stock_version: Option<i64>,
    /// Whether the stock can be set below the reserved units.
    #[garde(skip)]
    pub accept_shortfall: bool,
}
/// The reason why the product could not be changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangeProductError {
    /// The SKU is already in use.
    /// Choose another SKU, or change the product that has it.
    #[status(409)]
    SkuTaken {
        /// The ID of the product that uses the SKU.
        product_id: ProductId,
    },
    /// The resource was modified by another request.
    /// Fetch the product again and retry with its current versions.
    #[status(409)]
    VersionConflict {
        /// The current version of the catalogue data.
        current_version: i64,
        /// The current version of the stock.
        current_stock_version: i64,
    },
    /// Stock on hand would fall below reserved stock.
    /// Cancel some of the orders, or send `accept_shortfall: true`.
    #[status(409)]
    StockReserved {
        /// The number of reserved units.
        reserved: i64,
        /// The newest placements with reserved units, newest first, at most ten. The `order.placed` event of each names its
        /// order.
        #[serde(default)]
        placement_ids: Vec<PlacementId>,
    },
}

/// Deletes a product permanently.
///
/// It is no longer on sale; orders that contain it still refer to it. Its SKU can be used again.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/products/{id}", scope = Staff(Products), reply = NoContent)]
pub struct DeleteProduct {
    /// The ID of the product.
    pub id: Path<ProductId>,
    /// The ETag of the version on which the deletion is based.
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
