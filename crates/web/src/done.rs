//! What is said of a deed on the page to which it led: once, and after the deed alone.
//!
//! The address of the page names it, and an address can be made up, kept and sent around. So it is believed only beside a
//! cookie that was sealed for this very address when the deed was done, and that is taken away as it is read.

use crate::{cookies::Cookie, visit::Visit};

const WHAT: &str = "done";

/// Something was done: the page at `place` may say so.
pub(crate) fn note(visit: &Visit, place: &str) {
    visit.remember(Cookie::Done, &visit.web.seal.close(WHAT, &place));
}

impl Visit {
    /// What was done just before, by the name that the member `name` of the address has for it; nothing on every later look.
    pub(crate) fn done(&self, name: &str) -> &str {
        let sealed = Cookie::Done.read(&self.headers, self.over_tls());
        let place: Option<String> = sealed.and_then(|sealed| self.web.seal.open(WHAT, &sealed));
        if place != Some(self.here()) {
            return "";
        }
        self.forget(Cookie::Done);
        self.query.text(name)
    }
}
