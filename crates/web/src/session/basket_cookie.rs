//! What the browser carries of its basket, sealed: which one is a guest's, and how much was in it when it was last seen.

use contracts::orders::Basket;
use kernel::{Timestamp, id::BasketId, secret::RootSecret};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the browser carries of its basket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// A guest's basket. Whoever knows its id has it.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub(super) guests: Option<BasketId>,
    /// Pieces in the basket when it was last seen, of what is sold: what stands beside its name on each page.
    #[serde(rename = "n")]
    pub(crate) pieces: i64,
    /// Whether there were only others, which are no longer sold.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_unsold: bool,
    /// The numbers of the forms that changed it last.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) forms: Vec<String>,
}

/// Numbers of so many forms are kept,
const FORMS_KEPT: usize = 8;
/// and so much of each.
const FORM_CHARS: usize = 13;

impl Carried {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Carried::default()
    }
    /// Whether the form with this number has changed it before.
    pub(crate) fn knows(&self, form: &str) -> bool {
        let kept: String = form.chars().take(FORM_CHARS).collect();
        !kept.is_empty() && self.forms.contains(&kept)
    }
    pub(super) fn counting(self, basket: Option<&Basket>) -> Self {
        let pieces = basket.map_or(0, pieces_on_sale);
        let is_unsold = pieces == 0 && basket.is_some_and(|basket| !basket.lines.is_empty());
        Carried { pieces, is_unsold, ..self }
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

/// In each of these a visitor can begin one so.
const STRETCH: Duration = Duration::from_secs(3600);

/// Which basket a guest begins who has none: in every window the same, as long as no answer has told them of one.
pub(crate) struct FirstBaskets(hmac::Key);

impl FirstBaskets {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        FirstBaskets(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("web-first-baskets")))
    }
    /// Nobody can guess it. Whoever has the visitor's cookie is the visitor, as whoever has the basket's has the basket.
    pub(super) fn id(&self, visitor: &str, now: Timestamp) -> BasketId {
        let stretch = now.as_micros().div_euclid(STRETCH.as_micros().try_into().unwrap_or(i64::MAX));
        let code = hmac::sign(&self.0, format!("{stretch}:{visitor}").as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(code.as_ref()).for_each(|(byte, of_code)| *byte = *of_code);
        BasketId::random(bytes)
    }
}

/// As many as are summed up: what is no longer sold costs nothing.
pub(crate) fn pieces_on_sale(basket: &Basket) -> i64 {
    basket.lines.iter().filter(|line| line.product.is_some()).map(|line| line.quantity).sum()
}
