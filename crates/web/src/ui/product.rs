//! A product as customers see it: its card and its stock.

use crate::{
    texts::{self as t, presentation},
    ui::{
        components::picture,
        format,
        icons::{self, Glyph},
    },
};
use contracts::{Image, products::Product};
use maud::{Markup, html};

/// The stock of a product.
pub(crate) fn stock(product: &Product) -> Markup {
    let (glyph, tone, text) = match product.available {
        ..=0 if product.backorder => (icons::LEVEL_1, "wait", t::TO_ORDER.text().to_owned()),
        ..=0 => (icons::LEVEL_0, "", t::SOLD_OUT.text().to_owned()),
        available if !presentation::shows_counts() => stock_level(available),
        1 => (icons::LEVEL_1, "wait", t::LAST_ONE.text().to_owned()),
        2..10 => (icons::LEVEL_2, "wait", t::left(product.available)),
        _ => (icons::LEVEL_3, "good", t::IN_STOCK.text().to_owned()),
    };
    html! { span.{ "stock " (tone) } { (glyph) (text) } }
}
/// The stock where customers see no counts: the service reports 1 for low stock, and more otherwise.
pub(crate) fn stock_level(available: i64) -> (Glyph, &'static str, String) {
    match available {
        ..=1 => (icons::LEVEL_1, "wait", t::FEW_LEFT.text().to_owned()),
        _ => (icons::LEVEL_3, "good", t::IN_STOCK.text().to_owned()),
    }
}
/// Whether it can be ordered.
pub(crate) fn can_be_had(product: &Product) -> bool {
    product.available > 0 || product.backorder
}

/// A product in a list.
pub(crate) fn card(product: &Product) -> Markup {
    html! {
        li.good-card {
            div.plate { (picture(&product.images, false)) }
            h3 { a href={ "/products/" (product.id) } { (product.name) } }
            span.price { (format::money(product.price)) }
            (stock(product))
        }
    }
}

/// The pictures of a product; none where it is unknown.
pub(crate) fn images_of(product: Option<&Product>) -> &[Image] {
    product.map_or(&[], |product| &product.images)
}
