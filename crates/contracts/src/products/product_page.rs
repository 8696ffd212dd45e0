//! A page of products, with data about the search.

use super::Product;
use endpoint::Page;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductPage {
    /// The items of the page.
    pub items: Vec<Product>,
    /// Send it as `cursor` to get the next page. Null on the last page.
    pub next_cursor: Option<String>,
    /// Search words used instead of `q`, which no product matches: typing errors are corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
    /// Whether more products match `q` than are ranked (1,000). The list then has the newest of them, those that match by name or
    /// SKU first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}
impl From<ProductPage> for Page<Product> {
    fn from(page: ProductPage) -> Self {
        Page { items: page.items, next_cursor: page.next_cursor }
    }
}
