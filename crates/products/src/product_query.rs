//! Lists of products: filters, order, and the position where a page ends.

use crate::{catalogue::Product, product_search, stock::Stock};
use contracts::products::{ProductSort, ProductStatus};
use kernel::{Timestamp, canonical_name::sku_key, id::ProductId};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

/// Filters and order of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProductQuery {
    /// Products in one of these statuses.
    pub statuses: Vec<ProductStatus>,
    /// Products that match this search.
    pub search: search::Query,
    /// The search text has no word, so nothing matches.
    pub has_no_word: bool,
    /// The search text as a name key.
    pub typed: String,
    /// Products with this SKU.
    pub sku: Option<String>,
    /// Minimum price, in minor units.
    pub price_min: Option<i64>,
    /// Maximum price, in minor units.
    pub price_max: Option<i64>,
    /// Whether products can be ordered now.
    pub in_stock: Option<bool>,
    /// Whether at most this number of units is left.
    pub low_stock: Option<(bool, i64)>,
    /// Earliest time of the last change.
    pub updated_from: Option<Timestamp>,
    /// Time before which the last change was made.
    pub updated_before: Option<Timestamp>,
    /// The sort order.
    pub sort: ProductSort,
}

/// The sort key of a product in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortKey {
    /// Creation time, which is part of the ID.
    Age,
    /// Name key, see [`crate::catalogue::Catalogue::name_key`].
    Name(String),
    /// Price, in minor units.
    Price(i64),
    /// Time of the last change of the catalogue data.
    Updated(Timestamp),
    /// Distance from the query, see [`product_search::distance`].
    Far(u8),
}

/// A position in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListPosition {
    /// The sort key.
    pub key: SortKey,
    /// The product, among those with the same key.
    pub id: ProductId,
}

const FIRST_ID: ProductId = ProductId::from_uuid(Uuid::nil());
const LAST_ID: ProductId = ProductId::from_uuid(Uuid::max());

/// Lower and upper bound of the times of changes.
const FIRST_TIME: Timestamp = Timestamp::from_seconds(0);
const LAST_TIME: Timestamp = Timestamp::from_seconds(253_000_000_000);

impl ProductQuery {
    /// Returns whether the order is descending.
    pub fn goes_down(&self) -> bool {
        matches!(
            self.sort,
            ProductSort::NameDown
                | ProductSort::PriceDown
                | ProductSort::CreatedAtDown
                | ProductSort::UpdatedAtDown
        )
    }

    /// Returns whether the filters exclude every product.
    pub fn is_empty(&self) -> bool {
        self.statuses.is_empty()
            || self.has_no_word
            || self.price_min.zip(self.price_max).is_some_and(|(from, to)| from > to)
            || self.updated_from.zip(self.updated_before).is_some_and(|(from, before)| from >= before)
            || self.sku.as_deref() == Some("")
    }

    /// Maximum number of units left of the listed products, if the index of stock levels covers it.
    pub fn few_left(&self) -> Option<i64> {
        let low = self.low_stock.filter(|(wanted, _)| *wanted).map(|(_, low)| low);
        let none = (self.in_stock == Some(false)).then_some(0);
        low.into_iter().chain(none).min().filter(|pieces| Stock::level(*pieces) < Stock::LEVEL_MAX)
    }

    /// The position before the first product.
    pub fn start(&self) -> ListPosition {
        let key = match self.sort {
            ProductSort::Name => SortKey::Name(String::new()),
            ProductSort::NameDown => SortKey::Name(product_search::LAST.to_string()),
            ProductSort::Price => SortKey::Price(self.price_min.map_or(-1, |price| price.saturating_sub(1))),
            ProductSort::PriceDown => {
                SortKey::Price(self.price_max.map_or(i64::MAX, |price| price.saturating_add(1)))
            }
            ProductSort::CreatedAt | ProductSort::CreatedAtDown => SortKey::Age,
            ProductSort::UpdatedAt => SortKey::Updated(self.updated_from.unwrap_or(FIRST_TIME)),
            ProductSort::UpdatedAtDown => SortKey::Updated(self.updated_before.unwrap_or(LAST_TIME)),
            ProductSort::Relevance => SortKey::Far(0),
        };
        // after all products with this key and before those with the next one
        let id = match self.sort {
            ProductSort::Price | ProductSort::CreatedAtDown | ProductSort::Relevance => LAST_ID,
            _ => FIRST_ID,
        };
        ListPosition { key, id }
    }

    /// The position of a product.
    pub fn place(&self, product: &Product) -> ListPosition {
        let key = match self.sort {
            ProductSort::Name | ProductSort::NameDown => SortKey::Name(product.catalogue.name_key()),
            ProductSort::Price | ProductSort::PriceDown => SortKey::Price(product.catalogue.price.minor),
            ProductSort::CreatedAt | ProductSort::CreatedAtDown => SortKey::Age,
            ProductSort::UpdatedAt | ProductSort::UpdatedAtDown => SortKey::Updated(product.updated_at),
            ProductSort::Relevance => {
                SortKey::Far(product_search::distance(&self.typed, &self.search, product))
            }
        };
        ListPosition { key, id: product.id }
    }

    /// Compares two positions.
    pub fn order(&self, a: &ListPosition, b: &ListPosition) -> Ordering {
        match self.sort {
            // among equal matches, the newest first
            ProductSort::Relevance => a.key.cmp(&b.key).then(b.id.cmp(&a.id)),
            _ if self.goes_down() => b.cmp(a),
            _ => a.cmp(b),
        }
    }

    /// Returns whether a product passes the filters, apart from the search words.
    pub fn has(&self, product: &Product) -> bool {
        let (catalogue, stock) = (&product.catalogue, product.stock);
        let price = catalogue.price.minor;
        self.statuses.contains(&catalogue.status)
            && self.sku.as_ref().is_none_or(|sku| sku_key(sku) == sku_key(&catalogue.sku))
            && self.price_min.is_none_or(|from| price >= from)
            && self.price_max.is_none_or(|to| price <= to)
            && self.in_stock.is_none_or(|wanted| wanted == (stock.can_reserve(1)))
            && self.updated_from.is_none_or(|from| product.updated_at >= from)
            && self.updated_before.is_none_or(|before| product.updated_at < before)
            && self.low_stock.is_none_or(|(wanted, low)| wanted == stock.is_low(low))
    }

    /// Returns whether a product matches the search words.
    pub fn has_words(&self, product: &Product) -> bool {
        self.search.is_empty() || product.catalogue.document().matches(&self.search)
    }

    /// Returns whether neither this product nor any after it is listed.
    pub fn is_past(&self, product: &Product) -> bool {
        let price = product.catalogue.price.minor;
        match self.sort {
            ProductSort::Price => self.price_max.is_some_and(|to| price > to),
            ProductSort::PriceDown => self.price_min.is_some_and(|from| price < from),
            ProductSort::UpdatedAt => self.updated_before.is_some_and(|before| product.updated_at >= before),
            ProductSort::UpdatedAtDown => self.updated_from.is_some_and(|from| product.updated_at < from),
            _ => false,
        }
    }
}

/// A page of a list.
#[derive(Default)]
pub struct ProductListPage {
    /// The products.
    pub products: Vec<Product>,
    /// The position after the last product that was checked, if there may be more.
    pub next: Option<ListPosition>,
    /// Search words used in place of misspelt ones that no product has.
    pub corrected: Option<String>,
    /// Whether more products match than are ranked.
    pub is_partial: bool,
}

/// Builds a page, product by product in the order of the list.
pub struct PageBuilder<'a> {
    listing: &'a ProductQuery,
    /// Whether all given products match the search words.
    are_found: bool,
    count: usize,
    products: Vec<Product>,
    place: ListPosition,
}

impl<'a> PageBuilder<'a> {
    /// Creates a builder of a page with at most `count` products after a position.
    pub fn new(listing: &'a ProductQuery, after: ListPosition, count: usize) -> Self {
        PageBuilder { listing, are_found: false, count, products: Vec::new(), place: after }
    }

    /// Creates a builder for products that match the search words.
    pub fn of_found(listing: &'a ProductQuery, after: ListPosition, count: usize) -> Self {
        PageBuilder { are_found: true, ..PageBuilder::new(listing, after, count) }
    }

    /// The position after the last product that was checked.
    pub fn place(&self) -> &ListPosition {
        &self.place
    }

    /// Checks a product. Returns the page if it is complete.
    pub fn look_at(&mut self, product: Product) -> Option<ProductListPage> {
        if self.listing.is_past(&product) {
            return Some(self.complete());
        }
        let place = self.listing.place(&product);
        if self.listing.has(&product) && (self.are_found || self.listing.has_words(&product)) {
            if self.products.len() == self.count {
                return Some(self.goes_on());
            }
            self.products.push(product);
        }
        self.place = place;
        None
    }

    /// Returns the page as the last one.
    pub fn complete(&mut self) -> ProductListPage {
        ProductListPage { products: std::mem::take(&mut self.products), ..ProductListPage::default() }
    }

    /// Returns the page, after which there may be more.
    pub fn goes_on(&mut self) -> ProductListPage {
        ProductListPage { next: Some(self.place.clone()), ..self.complete() }
    }
}
