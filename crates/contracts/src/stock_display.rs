//! How precisely customers see stock: a setting that products, orders and the pages follow.

use serde::{Deserialize, Serialize};

/// How customers see the stock of products (a setting of the shop). Staff always see exact counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockDisplay {
    /// Exact counts.
    #[default]
    Exact,
    /// Only whether a product is sold out, low or in stock.
    Level,
}
impl StockDisplay {
    /// Available units as customers see them. With levels: 0, 1 (for up to `low` units), or one more than `low`.
    pub fn told(self, available: i64, low: i64) -> i64 {
        if self == StockDisplay::Exact {
            return available;
        }
        match available {
            ..=0 => 0,
            _ if available <= low => 1,
            _ => low.saturating_add(1).max(2).min(available),
        }
    }
}
