//! Placing an order as a façade does: for one user, of one line, without a time by which it must be paid.

use crate::Compat;
use contracts::{
    Metadata,
    facades::PlaceOrderOnBehalf,
    orders::{NewLine, NewOrder, Order, PlaceOrderError},
};
use endpoint::{Body, Context, Created, IdempotencyKey, client::CallError};
use kernel::{
    Money,
    id::{ProductId, UserId},
};

/// Of what.
pub(crate) enum OrderedItem {
    /// Of a product, so many pieces.
    Product(ProductId, i64),
    /// Of what is in no catalogue, and costs nothing until staff say what.
    Text(String),
}

/// Characters of a line's title.
const TITLE_MAX: usize = 200;
/// Characters of one of an order's own data.
const PART_MAX: usize = 500;
/// The order's own data in which a text lies that is no title.
const PART: &str = "facade_text_";

/// The title of a line that is a text: its words in one line, cut off where they are too many.
pub(crate) fn title_of(text: &str) -> String {
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().count() <= TITLE_MAX && !text.contains(is_odd) {
        return text.to_owned();
    }
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || is_odd(c)).filter(|w| !w.is_empty()).collect();
    let line = words.join(" ");
    match line.chars().count() {
        // there was nothing but what turns the writing
        0 => "…".to_owned(),
        1..=TITLE_MAX => line,
        _ => line.chars().take(TITLE_MAX - 1).chain(['…']).collect(),
    }
}

/// The text as it was given, where its title is not all of it.
fn whole_of(text: &str) -> Metadata {
    if title_of(text) == text {
        return Metadata::default();
    }
    let characters: Vec<char> = text.chars().collect();
    let parts = characters.chunks(PART_MAX).map(|part| part.iter().collect());
    (1..).zip(parts).map(|(n, part): (u32, String)| (format!("{PART}{n}"), part)).collect()
}

/// What was ordered, as it was given.
pub(crate) fn bought(order: &Order) -> String {
    let parts = (1..).map_while(|n: u32| order.metadata.get(&format!("{PART}{n}")));
    let whole: String = parts.map(String::as_str).collect();
    if !whole.is_empty() {
        return whole;
    }
    order.lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>().join(", ")
}

/// A key that no other request has: the originals' clients send none.
pub(crate) fn new_key(compat: &Compat) -> String {
    format!("facade:{}", compat.env.uuid())
}

/// Places the order; a repeat under the same key places no second one.
pub(crate) async fn place(
    compat: &Compat,
    cx: &Context,
    user: UserId,
    key: String,
    of: OrderedItem,
    expected_total: Option<Money>,
) -> Result<Order, CallError<PlaceOrderError>> {
    let (product_id, title, quantity, metadata) = match of {
        OrderedItem::Product(product, quantity) => (Some(product), None, quantity, Metadata::default()),
        OrderedItem::Text(text) => (None, Some(title_of(&text)), 1, whole_of(&text)),
    };
    let order = NewOrder {
        lines: vec![NewLine { product_id, title, unit_price: None, quantity }],
        expected_total: expected_total.map(Into::into),
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata,
        payment: None,
        language: None,
    };
    let cx = cx.clone().acting_for(user);
    let Created { body, .. } =
        compat.orders.call(&cx, PlaceOrderOnBehalf { key: IdempotencyKey(key), order: Body(order) }).await?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_line_and_is_kept_whole() {
        for plain in ["Tea, loose", &"x".repeat(200), "two  spaces"] {
            assert_eq!((title_of(plain).as_str(), whole_of(plain).len()), (plain, 0));
        }
        assert_eq!(title_of("Tea\nand a\tcup\u{202e}!"), "Tea and a cup !");
        assert_eq!(title_of("\u{202e}"), "…");
        let long = "ä b\n".repeat(300);
        assert_eq!((title_of(&long).chars().count(), title_of(&long).chars().last()), (200, Some('…')));
        let whole = whole_of(&long);
        assert_eq!(whole.len(), 3);
        let joined: String = (1..=3).map(|n| whole[&format!("{PART}{n}")].as_str()).collect();
        assert_eq!(joined, long);
    }
}
