//! What this service acts on: the figures of orders.

pub(crate) mod order_event;
