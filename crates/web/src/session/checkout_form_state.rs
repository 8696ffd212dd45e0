//! What was typed at checkout by somebody who went to the basket once more, or to sign in: it is kept, sealed, in their own
//! browser for a few minutes, until it has become an order. What does not fit there is left out, and checkout says so.

use crate::{
    session::{cookies::Cookie, request::Visit},
    texts::{self as t, Text},
    ui::form::Form,
};
use maud::{Markup, html};

/// Where the form is.
pub(crate) const PATH: &str = "/checkout";
/// The id of the form.
pub(crate) const FORM: &str = "checkout";
/// The field of the buttons that lead elsewhere, and what they send.
const TO: &str = "to";
const BASKET: &str = "basket";
const SIGN_IN: &str = "sign-in";
/// What is kept of the form.
const FIELDS: [&str; 11] =
    ["email", "name", "line1", "line2", "postal_code", "city", "region", "country", "note", "method", "keep"];

/// A way from the form to the basket.
pub(crate) fn to_basket(class: &str, name: Text) -> Markup {
    html! { button class=(class) form=(FORM) name=(TO) value=(BASKET) { (name) } }
}

/// A way from the form to signing in, which leads back.
pub(crate) fn to_sign_in(name: Text) -> Markup {
    html! { button.link form=(FORM) name=(TO) value=(SIGN_IN) { (name) } }
}

/// Where the way leads that was taken; none where the form was sent itself.
pub(crate) fn leads_to(form: &Form) -> Option<&'static str> {
    match form.text(TO) {
        BASKET => Some("/basket"),
        SIGN_IN => Some("/sign-in?next=%2Fcheckout"),
        _ => None,
    }
}

/// Among what is kept: who typed it, a person or a visitor; nothing where they went to sign in, as whoever that will be. Nobody
/// else is shown it.
const BY: &str = "by";
/// And what was left out, which is one of the two below it.
const LEFT_OUT: &str = "left-out";
const NOTE: &str = "note";
const ALL: &str = "all";

/// What was kept, and what was left out.
pub(crate) struct Typed {
    /// Nothing where all was left out.
    pub(crate) form: Option<Form>,
    pub(crate) left_out: Option<Text>,
}

/// Keeps what this form brought.
pub(crate) fn keep(visit: &Visit) {
    keep_all(visit, visit.form.pairs());
}

/// Keeps what a form like it brought.
pub(crate) fn keep_all<'a>(visit: &Visit, fields: impl Iterator<Item = (&'a str, &'a str)>) {
    let by = if visit.form.text(TO) == SIGN_IN { String::new() } else { by(visit) };
    let mut known: Vec<_> = fields.filter(|(name, _)| FIELDS.contains(name)).collect();
    known.push((BY, &by));
    if visit.remember(Cookie::Typed, &known) {
        return;
    }
    known.retain(|(name, _)| *name != NOTE);
    known.push((LEFT_OUT, NOTE));
    if !visit.remember(Cookie::Typed, &known) {
        visit.remember(Cookie::Typed, &[(BY, by.as_str()), (LEFT_OUT, ALL)]);
    }
}

fn by(visit: &Visit) -> String {
    visit.user().map_or_else(|| visit.visitor(), |user| user.to_string())
}

/// What was kept.
pub(crate) fn read(visit: &Visit) -> Option<Typed> {
    let form = visit.remembered(Cookie::Typed).map(Form::of)?;
    let typed_by = form.raw(BY);
    if !typed_by.is_empty() && typed_by != by(visit) {
        return None;
    }
    Some(match form.raw(LEFT_OUT) {
        "" => Typed { form: Some(form), left_out: None },
        NOTE => Typed { form: Some(form), left_out: Some(t::NOTE_NOT_KEPT) },
        _ => Typed { form: None, left_out: Some(t::TYPED_NOT_KEPT) },
    })
}
