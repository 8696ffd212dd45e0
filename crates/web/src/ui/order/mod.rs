//! The parts of an order's page, for customers and staff: its status, its parcels and its money.

pub(crate) mod history_snapshot;
pub(crate) mod invoice;
pub(crate) mod money_back;
pub(crate) mod parcel_numbers;
pub(crate) mod parcel_steps;
pub(crate) mod parcels;
pub(crate) mod refunds;
pub(crate) mod status;
pub(crate) mod totals;

use contracts::events::EventType;

/// The names of the events that a script listens for.
pub(crate) fn followed() -> String {
    let of_orders = |kind: &&EventType| kind.row().producer == "orders";
    EventType::ALL.iter().filter(of_orders).map(|kind| kind.row().name).collect::<Vec<_>>().join(" ")
}
