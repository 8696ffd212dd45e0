//! What a browser carries away in its cookies.

use super::{VISITOR_KEPT, Visit};
use crate::{
    session::{
        basket_cookie::Carried,
        cookies::Cookie,
        tokens::{self, Session},
    },
    texts::Language,
};
use contracts::auth::SignedIn;
use endpoint::http::HeaderValue;
use kernel::{Secret, id::OrderId};
use std::{sync::PoisonError, time::Duration};

const BASKET_KEPT: Duration = VISITOR_KEPT;
const DEVICE_KEPT: Duration = Duration::from_secs(365 * 24 * 3600);
/// Auth refuses a longer one.
const DEVICE_TOKEN_MAX: usize = 128;
const LANGUAGE_KEPT: Duration = Duration::from_secs(365 * 24 * 3600);

impl Visit {
    /// Gives the browser a cookie to carry away, or takes it back.
    pub(crate) fn carry(&self, cookie: Option<HeaderValue>) {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner).extend(cookie);
    }
    /// From now on this is who is signed in.
    pub(crate) fn sign_in(&self, session: &Session) {
        self.carry(tokens::cookie(&self.web, session, self.over_tls));
    }
    /// Somebody has just signed in; the next time it is known that they have done so in this browser before.
    pub(crate) fn begin_session(&self, signed_in: SignedIn, stays: bool) -> Session {
        let device = signed_in.device_token.clone();
        let session = Session::new(&self.web, signed_in, stays);
        self.sign_in(&session);
        self.carry(Cookie::Device.set(device.expose(), Some(DEVICE_KEPT), self.over_tls));
        session
    }
    /// What shows that somebody has signed in here before. What is longer is none of ours.
    pub(crate) fn device(&self) -> Option<Secret> {
        let token = Cookie::Device.read(&self.headers, self.over_tls)?;
        (token.len() <= DEVICE_TOKEN_MAX).then(|| Secret::new(token))
    }
    /// From now on nobody is.
    pub(crate) fn sign_out(&self) {
        let _ = self.left.set(());
        self.carry(Cookie::Session.remove(self.over_tls));
        // what is in the account's basket is nobody else's to see
        self.carry(Cookie::Basket.remove(self.over_tls));
        self.forget(Cookie::Typed);
        self.forget(Cookie::Switched);
    }
    /// From now on this is known of the basket.
    pub(crate) fn keep(&self, basket: &Carried) {
        let cookie = match basket.is_empty() {
            true => Cookie::Basket.remove(self.over_tls),
            false => {
                let sealed = self.web.seal.close("basket", basket);
                Cookie::Basket.set(&sealed, Some(BASKET_KEPT), self.over_tls)
            }
        };
        self.carry(cookie);
    }
    /// From now on this order is had with this key.
    pub(crate) fn keep_key(&self, order: OrderId, key: Secret) {
        let sealed = self.web.seal.close("keys", &self.keys.with(order, key));
        self.carry(Cookie::Keys.set(&sealed, Some(VISITOR_KEPT), self.over_tls));
    }
    /// From now on pages look like this; as the system does where nothing is chosen.
    pub(crate) fn look(&self, theme: Option<&'static str>) {
        self.carry(match theme {
            Some(theme) => Cookie::Theme.set(theme, Some(VISITOR_KEPT), self.over_tls),
            None => Cookie::Theme.remove(self.over_tls),
        });
    }
    /// From now on single keys do something, or nothing.
    pub(crate) fn heed_keys(&self, is_on: bool) {
        self.carry(match is_on {
            false => Cookie::Shortcuts.set("off", Some(VISITOR_KEPT), self.over_tls),
            true => Cookie::Shortcuts.remove(self.over_tls),
        });
    }
    /// From now on pages speak this language.
    pub(crate) fn speak(&self, language: Language) {
        self.carry(Cookie::Language.set(language.code(), Some(LANGUAGE_KEPT), self.over_tls));
    }
    /// The headers that set what is to be carried away.
    pub(crate) fn jar(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut *self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
