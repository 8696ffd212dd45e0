//! The outcome of an action, shown once on the page to which it redirected.
//!
//! The address of that page names the outcome, and addresses can be forged, stored and shared. So the outcome is shown only with a
//! cookie that was sealed for this address when the action was done, and the cookie is removed as it is read.

use crate::session::{cookies::Cookie, request::RequestContext};

/// Allows the page at `place` to show the outcome, with `to` as its detail.
pub(crate) fn note(visit: &RequestContext, place: &str, to: &str) {
    // browsers do not send the fragment
    let place = place.split('#').next().unwrap_or_default();
    visit.remember(Cookie::Flash, &(place, to));
}

impl RequestContext {
    /// The outcome that the query parameter `name` reports; empty on every later request.
    pub(crate) fn done(&self, name: &str) -> &str {
        self.done_to(name).map_or("", |_| self.query.text(name))
    }
    /// The detail of the outcome that the query parameter `name` reports.
    pub(crate) fn done_to(&self, name: &str) -> Option<String> {
        let (place, to): (String, String) =
            self.query.given(name).and_then(|_| self.remembered(Cookie::Flash))?;
        (place == self.here()).then(|| {
            self.forget(Cookie::Flash);
            to
        })
    }
}
