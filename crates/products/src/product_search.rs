//! Search tokens and ranking of products, and the key by which lists are sorted by name.

use crate::catalogue::{Catalogue, Product};
use kernel::words::fold;
pub use kernel::words::{LAST, end_of, finds_nothing};
use search::{Document, Query};

/// Maximum number of characters of a name key.
const KEY_MAX: usize = 200;

/// The sort key of a name.
pub fn key_of(name: &str) -> String {
    fold(name).chars().filter(|c| *c != LAST).take(KEY_MAX).collect()
}

/// The distance of a product from a query: `0` is the best match. `typed` is the search text as [`key_of`] writes it. Among equal
/// matches, products that can be ordered have the smaller distance.
pub fn distance(typed: &str, query: &Query, product: &Product) -> u8 {
    distance_of(typed, query, &product.catalogue) * 2 + u8::from(!product.stock.can_reserve(1))
}

fn distance_of(typed: &str, query: &Query, product: &Catalogue) -> u8 {
    if fold(&product.sku) == typed {
        return 0;
    }
    let name = product.name_key();
    let begins_a_word = |(at, _): (usize, &str)| !name[..at].ends_with(char::is_alphanumeric);
    match name.strip_prefix(typed) {
        Some("") => 1,
        Some(rest) if !rest.starts_with(char::is_alphanumeric) => 2,
        Some(_) => 3,
        None if name.match_indices(typed).any(begins_a_word) => 4,
        None if query.matches(&search::tokens(&product.name)) => 5,
        None if query.matches(&search::tokens(&format!("{} {}", product.name, product.sku))) => 6,
        None => 7,
    }
}

impl Catalogue {
    /// The sort key of lists by name.
    pub fn name_key(&self) -> String {
        key_of(&self.name)
    }

    /// The search tokens. Name and SKU are the title.
    pub fn document(&self) -> Document {
        Document::new(&[&self.name, &self.sku], &[&self.description])
    }

    /// Returns whether another version has the same indexed texts.
    pub fn has_text_of(&self, other: &Catalogue) -> bool {
        self.name == other.name && self.sku == other.sku && self.description == other.description
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::products::ProductStatus;
    use kernel::{Currency, Money};

    fn pot(name: &str, description: &str) -> Catalogue {
        Catalogue {
            sku: "TEA-1".into(),
            name: name.into(),
            description: description.into(),
            images: Vec::new(),
            price: Money::zero(Currency::EUR),
            status: ProductStatus::Active,
            metadata: Default::default(),
        }
    }

    #[test]
    fn a_name_equal_to_the_query_is_the_best_match() {
        let far =
            |q: &str, name: &str| distance_of(&key_of(q), &Query::new(q), &pot(name, "a té set for two"));
        let names = [("Té", 1), ("Té, grün", 2), ("Teapot", 3), ("Blue TEAPOT", 4), ("Steaming pot", 6)];
        for (name, expected) in names {
            assert_eq!(far("tè", name), expected, "{name}");
        }
        assert_eq!(far("tea-1", "Steaming pot"), 0, "its SKU");
        assert_eq!(far("blue tea", "A blue teapot"), 4);
        assert_eq!(far("tea blue", "A blue teapot"), 5);
        assert_eq!(far("teapots blue", "A blue teapot"), 5, "by its stem");
        assert_eq!(far("pot set", "A blue pot"), 7);
    }

    #[test]
    fn a_name_key_has_a_limited_length() {
        assert_eq!(pot(&"ß".repeat(200), "").name_key().chars().count(), KEY_MAX);
    }
}
