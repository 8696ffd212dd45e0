//! What was typed at checkout by somebody who went to the basket once more: it is kept, sealed, in their own browser for a
//! few minutes, until it has become an order.

use crate::{cookies::Cookie, form::Form, texts::Text, visit::Visit};
use maud::{Markup, html};

/// The id of the form.
pub(super) const FORM: &str = "checkout";
/// The field of the buttons that lead elsewhere, and what they send.
const TO: &str = "to";
const BASKET: &str = "basket";
/// What is kept of the form.
const FIELDS: [&str; 11] =
    ["email", "name", "line1", "line2", "postal_code", "city", "region", "country", "note", "method", "keep"];

/// A way from the form to the basket.
pub(super) fn to_basket(class: &str, name: Text) -> Markup {
    html! { button class=(class) form=(FORM) name=(TO) value=(BASKET) { (name) } }
}

/// Whether it was taken.
pub(super) fn leads_to_basket(form: &Form) -> bool {
    form.text(TO) == BASKET
}

/// Keeps what this form brought, unless it is longer than a cookie.
pub(super) fn keep(visit: &Visit) {
    keep_all(visit, visit.form.pairs());
}

/// Keeps what a form like it brought.
pub(crate) fn keep_all<'a>(visit: &Visit, fields: impl Iterator<Item = (&'a str, &'a str)>) {
    let known = fields.filter(|(name, _)| FIELDS.contains(name));
    visit.remember(Cookie::Typed, &known.collect::<Vec<_>>());
}

/// What was kept.
pub(super) fn read(visit: &Visit) -> Option<Form> {
    visit.remembered(Cookie::Typed).map(Form::of)
}
