//! How exactly customers are told the stock: a setting that products, orders and the pages follow.

use serde::{Deserialize, Serialize};

/// How customers are told the stock of products (a setting of the shop). Staff always see the exact counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockDisplay {
    /// The exact counts.
    #[default]
    Exact,
    /// Only whether a product is sold out, low or in stock.
    Level,
}
impl StockDisplay {
    /// The units that customers are told of, which can be ordered: of levels 0, 1 (up to `low` units), and one more than `low`.
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
