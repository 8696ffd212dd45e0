//! What is said of a deed on the page to which it led: once, and after the deed alone.
//!
//! The address of the page names it, and an address can be made up, kept and sent around. So it is believed only beside a
//! cookie that was sealed for this very address when the deed was done, and that is taken away as it is read.

use crate::session::{cookies::Cookie, request::Visit};

/// Something was done: the page at `place` may say so, and to whom.
pub(crate) fn note(visit: &Visit, place: &str, to: &str) {
    // no browser sends what stands behind it
    let place = place.split('#').next().unwrap_or_default();
    visit.remember(Cookie::Done, &(place, to));
}

impl Visit {
    /// What was done just before, by the name that the member `name` of the address has for it; nothing on every later look.
    pub(crate) fn done(&self, name: &str) -> &str {
        self.done_to(name).map_or("", |_| self.query.text(name))
    }
    /// To whom something was done just before that the member `name` of the address tells of.
    pub(crate) fn done_to(&self, name: &str) -> Option<String> {
        let (place, to): (String, String) =
            self.query.given(name).and_then(|_| self.remembered(Cookie::Done))?;
        (place == self.here()).then(|| {
            self.forget(Cookie::Done);
            to
        })
    }
}
