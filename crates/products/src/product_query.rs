//! Lists of products: who is in a list, where each stands in it, and where it goes on.

use crate::{catalogue::Product, product_words, stock::Stock};
use contracts::products::{ProductSort, ProductStatus};
use kernel::{Timestamp, canonical_name::sku_key, id::ProductId};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

/// Which products are listed, in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProductQuery {
    /// Of these statuses.
    pub statuses: Vec<ProductStatus>,
    /// With words that begin with each of these.
    pub words: Vec<String>,
    /// Something is looked for in which there is no word.
    pub has_no_word: bool,
    /// What is looked for, as names are compared.
    pub typed: String,
    /// Those whose name begins with it, or those of which the name does not.
    pub is_name_typed: Option<bool>,
    /// Those that stand behind this place of the list by fit: all before it were listed already.
    pub behind: Option<(u8, ProductId)>,
    /// With this SKU.
    pub sku: Option<String>,
    /// For so much or more, in minor units.
    pub price_min: Option<i64>,
    /// For so much or less.
    pub price_max: Option<i64>,
    /// Those that can be ordered now, or those that cannot.
    pub in_stock: Option<bool>,
    /// Those of which there are so many or fewer, or those of which there are more.
    pub low_stock: Option<(bool, i64)>,
    /// Last changed then or later.
    pub updated_from: Option<Timestamp>,
    /// Last changed before then.
    pub updated_before: Option<Timestamp>,
    /// The order.
    pub sort: ProductSort,
}

/// By what a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortKey {
    /// By its age alone, which is in its id.
    Age,
    /// By its name, see [`crate::catalogue::Catalogue::name_key`].
    Name(String),
    /// By its price, in minor units.
    Price(i64),
    /// By when its catalogue data was last changed.
    Updated(Timestamp),
    /// By how far it is from what is looked for, see [`product_words::far_from`].
    Far(u8),
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListPosition {
    /// By what the list is sorted.
    pub key: SortKey,
    /// Among those with the same key.
    pub id: ProductId,
    /// See [`ProductQuery::behind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<(u8, ProductId)>,
}

const FIRST_ID: ProductId = ProductId::from_uuid(Uuid::nil());
const LAST_ID: ProductId = ProductId::from_uuid(Uuid::max());

/// Before and after all times at which something is changed.
const FIRST_TIME: Timestamp = Timestamp::from_seconds(0);
const LAST_TIME: Timestamp = Timestamp::from_seconds(253_000_000_000);

impl ProductQuery {
    /// Whether it goes from the highest to the lowest.
    pub fn goes_down(&self) -> bool {
        matches!(
            self.sort,
            ProductSort::NameDown
                | ProductSort::PriceDown
                | ProductSort::CreatedAtDown
                | ProductSort::UpdatedAtDown
        )
    }

    /// Whether it is clear without a look that there are none.
    pub fn is_empty(&self) -> bool {
        self.statuses.is_empty()
            || self.has_no_word
            || self.price_min.zip(self.price_max).is_some_and(|(from, to)| from > to)
            || self.updated_from.zip(self.updated_before).is_some_and(|(from, before)| from >= before)
            || self.sku.as_deref() == Some("")
    }

    /// No more than so many units are left of each that is listed, where an index knows those.
    pub fn few_left(&self) -> Option<i64> {
        let low = self.low_stock.filter(|(wanted, _)| *wanted).map(|(_, low)| low);
        let none = (self.in_stock == Some(false)).then_some(0);
        low.into_iter().chain(none).min().filter(|pieces| Stock::level(*pieces) < Stock::LEVEL_MAX)
    }

    /// The place before all that are listed.
    pub fn start(&self) -> ListPosition {
        let key = match self.sort {
            ProductSort::Name if self.is_name_typed == Some(true) => SortKey::Name(self.typed.clone()),
            ProductSort::Name => SortKey::Name(String::new()),
            ProductSort::NameDown => SortKey::Name(product_words::LAST.to_string()),
            ProductSort::Price => SortKey::Price(self.price_min.map_or(-1, |price| price.saturating_sub(1))),
            ProductSort::PriceDown => {
                SortKey::Price(self.price_max.map_or(i64::MAX, |price| price.saturating_add(1)))
            }
            ProductSort::CreatedAt | ProductSort::CreatedAtDown => SortKey::Age,
            ProductSort::UpdatedAt => SortKey::Updated(self.updated_from.unwrap_or(FIRST_TIME)),
            ProductSort::UpdatedAtDown => SortKey::Updated(self.updated_before.unwrap_or(LAST_TIME)),
            ProductSort::Relevance => SortKey::Far(0),
        };
        // all of the next key come after it, and none of its own
        let id = match self.sort {
            ProductSort::Price | ProductSort::CreatedAtDown | ProductSort::Relevance => LAST_ID,
            _ => FIRST_ID,
        };
        ListPosition { key, id, behind: self.behind }
    }

    /// Where a product stands.
    pub fn place(&self, product: &Product) -> ListPosition {
        let key = match self.sort {
            ProductSort::Name | ProductSort::NameDown => SortKey::Name(product.catalogue.name_key()),
            ProductSort::Price | ProductSort::PriceDown => SortKey::Price(product.catalogue.price.minor),
            ProductSort::CreatedAt | ProductSort::CreatedAtDown => SortKey::Age,
            ProductSort::UpdatedAt | ProductSort::UpdatedAtDown => SortKey::Updated(product.updated_at),
            ProductSort::Relevance => {
                SortKey::Far(product_words::far_from(&self.typed, &self.words, &product.catalogue))
            }
        };
        ListPosition { key, id: product.id, behind: self.behind }
    }

    /// Which of two places comes first.
    pub fn order(&self, a: &ListPosition, b: &ListPosition) -> Ordering {
        match self.sort {
            // of those that fit alike the newest
            ProductSort::Relevance => a.key.cmp(&b.key).then(b.id.cmp(&a.id)),
            _ if self.goes_down() => b.cmp(a),
            _ => a.cmp(b),
        }
    }

    /// Whether a product is listed.
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
            && self.is_name_typed.is_none_or(|wanted| wanted == self.begins_so(product))
            && self.behind.is_none_or(|behind| self.is_behind(product, behind))
            && (self.words.is_empty() || product_words::has_all(&catalogue.words(), &self.words))
    }

    /// Whether neither a product nor anything after it is listed.
    pub fn is_past(&self, product: &Product) -> bool {
        let price = product.catalogue.price.minor;
        match self.sort {
            ProductSort::Price => self.price_max.is_some_and(|to| price > to),
            ProductSort::PriceDown => self.price_min.is_some_and(|from| price < from),
            ProductSort::UpdatedAt => self.updated_before.is_some_and(|before| product.updated_at >= before),
            ProductSort::UpdatedAtDown => self.updated_from.is_some_and(|from| product.updated_at < from),
            // it begins where these names do
            ProductSort::Name => self.is_name_typed == Some(true) && !self.begins_so(product),
            _ => false,
        }
    }

    /// Whether it fits less, or is older than what fits alike.
    fn is_behind(&self, product: &Product, (far, id): (u8, ProductId)) -> bool {
        let fits = product_words::far_from(&self.typed, &self.words, &product.catalogue);
        fits.cmp(&far).then(id.cmp(&product.id)).is_gt()
    }

    fn begins_so(&self, product: &Product) -> bool {
        product.catalogue.name_key().starts_with(&self.typed)
    }

    /// Of what is listed in the order in which it fits those whose name begins with what is looked for, by name.
    pub fn named(&self) -> ProductQuery {
        ProductQuery { is_name_typed: Some(true), sort: ProductSort::Name, ..self.clone() }
    }

    /// All others of it, newest first.
    pub fn not_named(&self) -> ProductQuery {
        ProductQuery { is_name_typed: Some(false), sort: ProductSort::CreatedAtDown, ..self.clone() }
    }
}

/// So many of a list, and where it goes on, if it does.
pub struct ProductListPage {
    /// The products.
    pub products: Vec<Product>,
    /// Behind the last one that was checked.
    pub next: Option<ListPosition>,
}

/// Picks a page, product by product in the order of the list.
pub struct PageBuilder<'a> {
    listing: &'a ProductQuery,
    count: usize,
    products: Vec<Product>,
    place: ListPosition,
}

impl<'a> PageBuilder<'a> {
    /// Of at most so many, after a place.
    pub fn new(listing: &'a ProductQuery, after: ListPosition, count: usize) -> Self {
        PageBuilder { listing, count, products: Vec::new(), place: after }
    }

    /// Behind the last one that was checked.
    pub fn place(&self) -> &ListPosition {
        &self.place
    }

    /// Checks one more; the page, where it is complete with that.
    pub fn look_at(&mut self, product: Product) -> Option<ProductListPage> {
        if self.listing.is_past(&product) {
            return Some(self.complete());
        }
        let place = self.listing.place(&product);
        if self.listing.has(&product) {
            if self.products.len() == self.count {
                return Some(self.goes_on());
            }
            self.products.push(product);
        }
        self.place = place;
        None
    }

    /// The page, after which there is nothing.
    pub fn complete(&mut self) -> ProductListPage {
        ProductListPage { products: std::mem::take(&mut self.products), next: None }
    }

    /// The page, after which there may be more.
    pub fn goes_on(&mut self) -> ProductListPage {
        ProductListPage { next: Some(self.place.clone()), ..self.complete() }
    }
}
