//! Taking what there is: where a basket has more of a product than can be had, a button lowers it to that, in the basket and
//! at checkout.

use crate::{session::basket::name_of, texts as t, ui::form::Form};
use contracts::orders::{BasketItem, BasketLine};
use maud::{Markup, html};

/// What the button sends: the product and the pieces.
const FIELD: &str = "take";

/// Takes so many pieces of a line's product instead; where there are none it is taken out.
pub(super) fn button(line: &BasketLine, left: i64) -> Markup {
    html! {
        button.btn.btn-small name=(FIELD) value={ (line.product_id) " " (left) } {
            @if left > 0 { (t::take_instead(left)) } @else { (t::TAKE_IT_OUT) }
            span.sr { ": " (name_of(line)) }
        }
    }
}

/// What was asked for by such a button.
pub(super) fn asked(form: &Form) -> Option<BasketItem> {
    let (product, pieces) = form.text(FIELD).split_once(' ')?;
    let quantity = pieces.parse().ok().filter(|pieces| *pieces >= 0)?;
    Some(BasketItem { product_id: product.parse().ok()?, quantity })
}
