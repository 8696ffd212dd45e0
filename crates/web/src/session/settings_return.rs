//! What was typed on a page before its language or look was switched: it stands there once more after the switch.

use super::{cookies::Cookie, request::Visit};
use crate::ui::form::Form;
use kernel::id::UserId;

/// On which page, by whom, and what was typed: nobody else is shown it.
type Typed = (String, Option<UserId>, Vec<(String, String)>);

/// Keeps what was typed on the page to which a switch leads back.
pub(crate) fn keep(visit: &Visit, page: &str, typed: &[(&str, &str)]) {
    visit.remember(Cookie::Switched, &(page, visit.user(), typed));
}

/// What was typed on this page before a switch.
pub(crate) fn typed_before(visit: &Visit) -> Option<Form> {
    let (place, user, typed): Typed = visit.remembered(Cookie::Switched)?;
    (place == visit.here() && user == visit.user()).then(|| {
        visit.forget(Cookie::Switched);
        Form::of(typed)
    })
}
