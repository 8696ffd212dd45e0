//! The cookies that a response sets.

use super::{RequestContext, VISITOR_KEPT};
use crate::{
    session::{
        basket_cookie::BasketCookie,
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

impl RequestContext {
    /// Sets or removes a cookie with the response.
    pub(crate) fn set_cookie(&self, cookie: Option<HeaderValue>) {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner).extend(cookie);
    }
    /// Signs in.
    pub(crate) fn sign_in(&self, session: &Session) {
        self.set_cookie(tokens::cookie(&self.web, session, self.over_tls));
    }
    /// Starts a session after sign-in, and stores that this browser has signed in before.
    pub(crate) fn begin_session(&self, signed_in: SignedIn, stays: bool) -> Session {
        let device = signed_in.device_token.clone();
        let session = Session::new(&self.web, signed_in, stays);
        self.sign_in(&session);
        self.set_cookie(Cookie::Device.set(device.expose(), Some(DEVICE_KEPT), self.over_tls));
        session
    }
    /// The token of this browser from earlier sign-ins; longer values are not from here.
    pub(crate) fn device(&self) -> Option<Secret> {
        let token = Cookie::Device.read(&self.headers, self.over_tls)?;
        (token.len() <= DEVICE_TOKEN_MAX).then(|| Secret::new(token))
    }
    /// Signs out.
    pub(crate) fn sign_out(&self) {
        let _ = self.left.set(());
        self.set_cookie(Cookie::Session.remove(self.over_tls));
        // the account's basket is for nobody else
        self.set_cookie(Cookie::Basket.remove(self.over_tls));
        self.forget(Cookie::CheckoutForm);
        self.forget(Cookie::SettingsReturn);
    }
    /// Stores the state of the basket.
    pub(crate) fn keep(&self, basket: &BasketCookie) {
        let cookie = match basket.is_empty() {
            true => Cookie::Basket.remove(self.over_tls),
            false => {
                let sealed = self.web.seal.close("basket", basket);
                Cookie::Basket.set(&sealed, Some(BASKET_KEPT), self.over_tls)
            }
        };
        self.set_cookie(cookie);
    }
    /// Stores the key of an order.
    pub(crate) fn store_order_key(&self, order: OrderId, key: Secret) {
        let sealed = self.web.seal.close("keys", &self.keys.with(order, key));
        self.set_cookie(Cookie::Keys.set(&sealed, Some(VISITOR_KEPT), self.over_tls));
    }
    /// Stores the theme; none: that of the system.
    pub(crate) fn set_theme(&self, theme: Option<&'static str>) {
        self.set_cookie(match theme {
            Some(theme) => Cookie::Theme.set(theme, Some(VISITOR_KEPT), self.over_tls),
            None => Cookie::Theme.remove(self.over_tls),
        });
    }
    /// Switches single-key shortcuts on or off.
    pub(crate) fn set_shortcuts(&self, is_on: bool) {
        self.set_cookie(match is_on {
            false => Cookie::Shortcuts.set("off", Some(VISITOR_KEPT), self.over_tls),
            true => Cookie::Shortcuts.remove(self.over_tls),
        });
    }
    /// Stores the language.
    pub(crate) fn set_language(&self, language: Language) {
        self.set_cookie(Cookie::Language.set(language.code(), Some(LANGUAGE_KEPT), self.over_tls));
    }
    /// The headers that set the cookies.
    pub(crate) fn cookies_out(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut *self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
