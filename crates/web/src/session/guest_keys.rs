//! The keys of orders that a browser has placed, or opened by the link of an email, without an account. They are in a sealed cookie;
//! the pages of such an order send its key to the services.

use endpoint::http::HeaderValue;
use kernel::{Secret, id::OrderId};
use serde::{Deserialize, Serialize};

/// How many keys a browser stores: the newest.
const ORDERS_MAX: usize = 8;

/// The stored keys, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GuestKeys(Vec<(OrderId, Secret)>);

impl GuestKeys {
    /// The same with one more key.
    pub(crate) fn with(&self, order: OrderId, key: Secret) -> GuestKeys {
        let others = self.0.iter().filter(|(known, _)| *known != order).cloned();
        GuestKeys([(order, key)].into_iter().chain(others).take(ORDERS_MAX).collect())
    }

    /// The order that a path is about, and its key.
    pub(crate) fn of(&self, path: &str) -> Option<(OrderId, &Secret)> {
        let order: OrderId = path.strip_prefix("/orders/")?.split('/').next()?.parse().ok()?;
        self.0.iter().find(|(known, _)| *known == order).map(|(order, key)| (*order, key))
    }
}

/// The value of `Authorization`.
pub(crate) fn bearer(key: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_carries_the_newest_keys_each_for_its_own_order() {
        let order = |n: u8| -> OrderId { format!("ord_01h455vb4pex5vsknk084sn0{n:02}").parse().unwrap() };
        let keys = (0..10)
            .fold(GuestKeys::default(), |keys, n| keys.with(order(n), Secret::new(format!("ork_{n}"))));
        assert_eq!(keys.0.len(), ORDERS_MAX);
        let of = |path: &str| keys.of(path).map(|(_, key)| key.expose().to_owned());
        assert_eq!(of(&format!("/orders/{}", order(9))).as_deref(), Some("ork_9"));
        assert_eq!(of(&format!("/orders/{}/live", order(2))).as_deref(), Some("ork_2"));
        for other in
            [format!("/orders/{}", order(1)), format!("/console/orders/{}", order(9)), "/orders/".into()]
        {
            assert_eq!(of(&other), None, "{other}");
        }
        let again = keys.with(order(5), Secret::new("ork_new"));
        assert_eq!((again.0.len(), again.0[0].1.expose()), (ORDERS_MAX, "ork_new"));
    }
}
