//! What this service acts on: the totals of orders.

pub(crate) mod order_event;
