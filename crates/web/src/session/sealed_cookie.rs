//! What a visitor carries for us for a while: sealed, with the moment from which on it is nothing any more.

use super::{
    cookies::Cookie,
    request::{SEALED_MAX, Visit},
};
use kernel::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// So long it is carried.
const WHILE: Duration = Duration::from_secs(15 * 60);

#[derive(Serialize, Deserialize)]
struct Remembered<T> {
    what: T,
    until: Timestamp,
}

impl Visit {
    /// Carries something for a while. Whether it does: what is longer than a cookie is not carried, and what was carried before
    /// it is neither, lest that be taken for it.
    pub(crate) fn remember<T: Serialize>(&self, cookie: Cookie, what: &T) -> bool {
        let until = self.web.needs.env.now().plus(WHILE);
        let sealed = self.web.seal.close(cookie.plain_name(), &Remembered { what, until });
        let fits = sealed.len() <= SEALED_MAX;
        match fits {
            true => self.carry(cookie.set(&sealed, Some(WHILE), self.over_tls())),
            false => self.forget(cookie),
        }
        fits
    }
    /// What is carried so.
    pub(crate) fn remembered<T: DeserializeOwned>(&self, cookie: Cookie) -> Option<T> {
        let sealed = cookie.read(&self.headers, self.over_tls())?;
        let Remembered { what, until } = self.web.seal.open(cookie.plain_name(), &sealed)?;
        (self.web.needs.env.now() < until).then_some(what)
    }
    /// Carries it no more.
    pub(crate) fn forget(&self, cookie: Cookie) {
        self.carry(cookie.remove(self.over_tls()));
    }
}
