//! A product as customers see it: its card, and how much there is of it.

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

/// How much there is of a product.
pub(crate) fn stock(product: &Product) -> Markup {
    let (glyph, tone, text) = match product.available {
        ..=0 if product.backorder => (icons::LEVEL_1, "wait", t::TO_ORDER.say().to_owned()),
        ..=0 => (icons::LEVEL_0, "", t::SOLD_OUT.say().to_owned()),
        available if !presentation::shows_counts() => stock_level(available),
        1 => (icons::LEVEL_1, "wait", t::LAST_ONE.say().to_owned()),
        2..10 => (icons::LEVEL_2, "wait", t::left(product.available)),
        _ => (icons::LEVEL_3, "good", t::IN_STOCK.say().to_owned()),
    };
    html! { span.{ "stock " (tone) } { (glyph) (text) } }
}
/// How much there is where customers are shown no counts: the service tells 1 of what is low, and more otherwise.
pub(crate) fn stock_level(available: i64) -> (Glyph, &'static str, String) {
    match available {
        ..=1 => (icons::LEVEL_1, "wait", t::FEW_LEFT.say().to_owned()),
        _ => (icons::LEVEL_3, "good", t::IN_STOCK.say().to_owned()),
    }
}
/// Whether some of it can be ordered.
pub(crate) fn can_be_had(product: &Product) -> bool {
    product.available > 0 || product.backorder
}

/// A product among others.
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

/// The pictures of a product, where it is known.
pub(crate) fn images_of(product: Option<&Product>) -> &[Image] {
    product.map_or(&[], |product| &product.images)
}
