//! What was typed on a page before its language or theme was switched: it is shown again after the switch.

use super::{cookies::Cookie, request::RequestContext};
use crate::ui::form::Form;
use kernel::id::UserId;

/// The page, the user and the fields: nobody else is shown them.
type SavedInput = (String, Option<UserId>, Vec<(String, String)>);

/// Stores what was typed on the page to which a switch leads back.
pub(crate) fn keep(visit: &RequestContext, page: &str, typed: &[(&str, &str)]) {
    visit.remember(Cookie::SettingsReturn, &(page, visit.user(), typed));
}

/// What was typed on this page before a switch.
pub(crate) fn typed_before(visit: &RequestContext) -> Option<Form> {
    let (place, user, typed): SavedInput = visit.remembered(Cookie::SettingsReturn)?;
    (place == visit.here() && user == visit.user()).then(|| {
        visit.forget(Cookie::SettingsReturn);
        Form::of(typed)
    })
}
