//! The basket cookie, sealed: the ID of a guest's basket, and the number of units when it was last read.

use contracts::orders::Basket;
use kernel::{Timestamp, id::BasketId, secret::RootSecret};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The content of the cookie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BasketCookie {
    /// The ID of a guest's basket. It grants access to the basket.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub(super) guests: Option<BasketId>,
    /// Units on sale in the basket when it was last read: the count in the header of each page.
    #[serde(rename = "n")]
    pub(crate) pieces: i64,
    /// Whether the basket held only products that are no longer sold.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_unsold: bool,
    /// The numbers of the forms that changed it last.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) forms: Vec<String>,
}

/// How many form numbers are stored.
const FORMS_KEPT: usize = 8;
/// Characters stored of each.
const FORM_CHARS: usize = 13;

impl BasketCookie {
    pub(crate) fn is_empty(&self) -> bool {
        *self == BasketCookie::default()
    }
    /// Whether the form with this number has changed the basket before.
    pub(crate) fn knows(&self, form: &str) -> bool {
        let kept: String = form.chars().take(FORM_CHARS).collect();
        !kept.is_empty() && self.forms.contains(&kept)
    }
    pub(super) fn counting(self, basket: Option<&Basket>) -> Self {
        let pieces = basket.map_or(0, pieces_on_sale);
        let is_unsold = pieces == 0 && basket.is_some_and(|basket| !basket.lines.is_empty());
        BasketCookie { pieces, is_unsold, ..self }
    }
    pub(super) fn with(mut self, form: &str) -> Self {
        if form.is_empty() {
            return self;
        }
        self.forms.push(form.chars().take(FORM_CHARS).collect());
        let surplus = self.forms.len().saturating_sub(FORMS_KEPT);
        self.forms.drain(..surplus);
        self
    }
}

/// The period in which a visitor gets one basket ID.
const STRETCH: Duration = Duration::from_secs(3600);

/// Derives the ID of a guest's first basket: the same one in every window until a response has set the cookie.
pub(crate) struct BasketIds(hmac::Key);

impl BasketIds {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        BasketIds(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("web-first-baskets")))
    }
    /// Nobody can guess it without the visitor's cookie, which grants what the basket's cookie grants.
    pub(super) fn id(&self, visitor: &str, now: Timestamp) -> BasketId {
        let stretch = now.as_micros().div_euclid(STRETCH.as_micros().try_into().unwrap_or(i64::MAX));
        let code = hmac::sign(&self.0, format!("{stretch}:{visitor}").as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(code.as_ref()).for_each(|(byte, of_code)| *byte = *of_code);
        BasketId::random(bytes)
    }
}

/// Units that are on sale: products that are no longer sold are not part of the total.
pub(crate) fn pieces_on_sale(basket: &Basket) -> i64 {
    basket.lines.iter().filter(|line| line.product.is_some()).map(|line| line.quantity).sum()
}
