//! What was typed at checkout by a visitor who went back to the basket or to sign in: stored sealed in the browser for 15 minutes, or
//! until it is ordered. What does not fit is left out, and checkout says so.

use crate::{
    session::{cookies::Cookie, request::RequestContext},
    texts::{self as t, Text},
    ui::form::Form,
};
use maud::{Markup, html};

/// The path of the form.
pub(crate) const PATH: &str = "/checkout";
/// The ID of the form.
pub(crate) const FORM: &str = "checkout";
/// The field of the buttons that lead elsewhere, and its values.
const TO: &str = "to";
const BASKET: &str = "basket";
const SIGN_IN: &str = "sign-in";
/// The fields that are stored.
const FIELDS: [&str; 11] =
    ["email", "name", "line1", "line2", "postal_code", "city", "region", "country", "note", "method", "keep"];

/// A button from the form to the basket.
pub(crate) fn to_basket(class: &str, name: Text) -> Markup {
    html! { button class=(class) form=(FORM) name=(TO) value=(BASKET) { (name) } }
}

/// A button from the form to the sign-in page, which leads back.
pub(crate) fn to_sign_in(name: Text) -> Markup {
    html! { button.link form=(FORM) name=(TO) value=(SIGN_IN) { (name) } }
}

/// The path of the button that was pressed; none where the form itself was submitted.
pub(crate) fn leads_to(form: &Form) -> Option<&'static str> {
    match form.text(TO) {
        BASKET => Some("/basket"),
        SIGN_IN => Some("/sign-in?next=%2Fcheckout"),
        _ => None,
    }
}

/// Whose input it is: a user or a visitor; empty for a visitor who went to sign in. Nobody else is shown it.
const BY: &str = "by";
/// What was left out: the note or everything.
const LEFT_OUT: &str = "left-out";
const NOTE: &str = "note";
const ALL: &str = "all";

/// The stored input, and what was left out.
pub(crate) struct CheckoutFormState {
    /// None where everything was left out.
    pub(crate) form: Option<Form>,
    pub(crate) left_out: Option<Text>,
}

/// Stores the fields of this request.
pub(crate) fn keep(visit: &RequestContext) {
    keep_all(visit, visit.form.pairs());
}

/// Stores the fields of a checkout form.
pub(crate) fn keep_all<'a>(visit: &RequestContext, fields: impl Iterator<Item = (&'a str, &'a str)>) {
    let by = if visit.form.text(TO) == SIGN_IN { String::new() } else { by(visit) };
    let mut known: Vec<_> = fields.filter(|(name, _)| FIELDS.contains(name)).collect();
    known.push((BY, &by));
    if visit.remember(Cookie::CheckoutForm, &known) {
        return;
    }
    known.retain(|(name, _)| *name != NOTE);
    known.push((LEFT_OUT, NOTE));
    if !visit.remember(Cookie::CheckoutForm, &known) {
        visit.remember(Cookie::CheckoutForm, &[(BY, by.as_str()), (LEFT_OUT, ALL)]);
    }
}

fn by(visit: &RequestContext) -> String {
    visit.user().map_or_else(|| visit.visitor(), |user| user.to_string())
}

/// The stored input of this visitor.
pub(crate) fn read(visit: &RequestContext) -> Option<CheckoutFormState> {
    let form = visit.remembered(Cookie::CheckoutForm).map(Form::of)?;
    let typed_by = form.raw(BY);
    if !typed_by.is_empty() && typed_by != by(visit) {
        return None;
    }
    Some(match form.raw(LEFT_OUT) {
        "" => CheckoutFormState { form: Some(form), left_out: None },
        NOTE => CheckoutFormState { form: Some(form), left_out: Some(t::NOTE_NOT_KEPT) },
        _ => CheckoutFormState { form: None, left_out: Some(t::TYPED_NOT_KEPT) },
    })
}
