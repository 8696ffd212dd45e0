//! What was typed at checkout by somebody who went to the basket once more: it is kept, sealed, in their own browser for a
//! few minutes, until it has become an order.

use crate::{
    cookies::Cookie,
    form::Form,
    kept::{KEPT_FOR, SEALED_MAX},
    texts::Text,
    visit::Visit,
};
use kernel::Timestamp;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// The id of the form.
pub(super) const FORM: &str = "checkout";
/// The field of the buttons that lead elsewhere, and what they send.
const TO: &str = "to";
const BASKET: &str = "basket";
/// What it is sealed as.
const WHAT: &str = "typed";
/// What is kept of the form.
const FIELDS: [&str; 10] =
    ["email", "name", "line1", "line2", "postal_code", "city", "country", "note", "method", "keep"];

#[derive(Serialize, Deserialize)]
struct Typed {
    fields: Vec<(String, String)>,
    until: Timestamp,
}

/// A way from the form to the basket.
pub(super) fn to_basket(class: &str, name: Text) -> Markup {
    html! { button class=(class) form=(FORM) name=(TO) value=(BASKET) formnovalidate { (name) } }
}

/// Whether it was taken.
pub(super) fn leads_to_basket(form: &Form) -> bool {
    form.text(TO) == BASKET
}

/// Keeps what this form brought, unless it is longer than a cookie.
pub(super) fn keep(visit: &Visit) {
    let known = visit.form.pairs().filter(|(name, _)| FIELDS.contains(name));
    let fields = known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let until = visit.web.needs.env.now().plus(KEPT_FOR);
    let sealed = visit.web.seal.close(WHAT, &Typed { fields, until });
    if sealed.len() <= SEALED_MAX {
        visit.remember(Cookie::Typed, &sealed);
    }
}

/// What was kept.
pub(super) fn read(visit: &Visit) -> Option<Form> {
    let sealed = Cookie::Typed.read(&visit.headers, visit.over_tls())?;
    let typed: Typed = visit.web.seal.open(WHAT, &sealed)?;
    let is_good = visit.web.needs.env.now() < typed.until;
    is_good.then(|| {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        Form::parse(fields.extend_pairs(typed.fields).finish().as_bytes())
    })
}
