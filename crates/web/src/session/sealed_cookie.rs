//! Short-lived sealed cookies: a value with the time at which it expires.

use super::{
    cookies::Cookie,
    request::{RequestContext, SEALED_MAX},
};
use kernel::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// How long it is valid.
const WHILE: Duration = Duration::from_secs(15 * 60);

#[derive(Serialize, Deserialize)]
struct SealedCookie<T> {
    what: T,
    until: Timestamp,
}

impl RequestContext {
    /// Stores a value, and returns whether it fits into a cookie. Where it does not, the previous value is removed, too, so that it is
    /// not taken for this one.
    pub(crate) fn remember<T: Serialize>(&self, cookie: Cookie, what: &T) -> bool {
        let until = self.web.needs.env.now().plus(WHILE);
        let sealed = self.web.seal.close(cookie.plain_name(), &SealedCookie { what, until });
        let fits = sealed.len() <= SEALED_MAX;
        match fits {
            true => self.set_cookie(cookie.set(&sealed, Some(WHILE), self.over_tls())),
            false => self.forget(cookie),
        }
        fits
    }
    /// The stored value, unless it has expired.
    pub(crate) fn remembered<T: DeserializeOwned>(&self, cookie: Cookie) -> Option<T> {
        let sealed = cookie.read(&self.headers, self.over_tls())?;
        let SealedCookie { what, until } = self.web.seal.open(cookie.plain_name(), &sealed)?;
        (self.web.needs.env.now() < until).then_some(what)
    }
    /// Removes it.
    pub(crate) fn forget(&self, cookie: Cookie) {
        self.set_cookie(cookie.remove(self.over_tls()));
    }
}
