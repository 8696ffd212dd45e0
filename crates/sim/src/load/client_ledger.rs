//! What the clients were told, to be compared with what the shop says afterwards.

use contracts::orders::{NewOrder, Order};
use kernel::{Money, id::OrderId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What was told of one order.
#[derive(Debug, Clone)]
pub(crate) struct AcknowledgedOrder {
    /// Whose, by number.
    pub(crate) buyer: usize,
    pub(crate) sent: NewOrder,
    pub(crate) order: OrderId,
    pub(crate) total: Money,
    pub(crate) cancelled: bool,
    pub(crate) shipped: bool,
    /// Refunded by staff, in minor units.
    pub(crate) refunded: i64,
}

/// The clients' own books, by idempotency key; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct ClientLedger(Arc<Mutex<BTreeMap<String, AcknowledgedOrder>>>);

impl ClientLedger {
    fn told(&self) -> MutexGuard<'_, BTreeMap<String, AcknowledgedOrder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// An order was acknowledged; what is wrong with that, where something is.
    pub(crate) fn acknowledged(
        &self,
        key: &str,
        buyer: usize,
        sent: &NewOrder,
        order: &Order,
    ) -> Option<String> {
        let new = AcknowledgedOrder {
            buyer,
            sent: sent.clone(),
            order: order.id,
            total: order.total,
            cancelled: false,
            shipped: false,
            refunded: 0,
        };
        let mut told = self.told();
        let other = told.iter().find(|(other, told)| told.order == order.id && *other != key);
        if let Some((other, _)) = other {
            return Some(format!("I9 {}: the one order of two keys: {other} and {key}", order.id));
        }
        let known = told.entry(key.to_owned()).or_insert(new);
        (known.order != order.id)
            .then(|| format!("I9 {}: the second order of {key}, which had {}", order.id, known.order))
    }
    /// Notes something about the order of this key.
    pub(crate) fn note(&self, key: &str, note: impl FnOnce(&mut AcknowledgedOrder)) {
        if let Some(told) = self.told().get_mut(key) {
            note(told);
        }
    }
    pub(crate) fn all(&self) -> BTreeMap<String, AcknowledgedOrder> {
        self.told().clone()
    }
}
