//! Lowers a line to the available quantity: a button in the basket and at checkout, where a line has more units than can be ordered.

use crate::{session::basket::name_of, texts as t, ui::form::Form};
use contracts::orders::{BasketItem, BasketLine};
use maud::{Markup, html};

/// What the button submits: the product and the units.
const FIELD: &str = "take";

/// The button that sets a line's quantity, or removes the line where no units are left.
pub(super) fn button(line: &BasketLine, left: i64) -> Markup {
    html! {
        button.btn.btn-small name=(FIELD) value={ (line.product_id) " " (left) } {
            @if left > 0 { (t::take_instead(left)) } @else { (t::TAKE_IT_OUT) }
            span.sr { ": " (name_of(line)) }
        }
    }
}

/// The quantity that such a button asks for.
pub(super) fn asked(form: &Form) -> Option<BasketItem> {
    let (product, pieces) = form.text(FIELD).split_once(' ')?;
    let quantity = pieces.parse().ok().filter(|pieces| *pieces >= 0)?;
    Some(BasketItem { product_id: product.parse().ok()?, quantity })
}
