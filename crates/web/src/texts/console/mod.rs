//! The texts of the console.

mod orders;
mod people;
mod products;
mod sales;
mod system;

pub(crate) use super::{keys::console::*, quoted};
pub(crate) use orders::{
    address_of, cancel, cancel_code, cancel_question, done, drafted_by, event, hold, method, new_orders,
    once_placed, orders_so_far, parcel_became, pieces_left, pieces_shipped, placed_for, refund_of,
    so_many_open, undelivered, went_back,
};
pub(crate) use people::{mail_about, may, permission, permission_key, role, role_more};
pub(crate) use products::{
    only_on_hand, parcel_had, product_done, reason, reserved_for_orders, still_reserved, stock_has_changed,
};
pub(crate) use sales::{
    Trend, of_them, orders_by_day, orders_by_hour, revenue_by_day, revenue_by_hour, to_month, to_weekday,
};
pub(crate) use system::{
    behind, cannot_write, does_not_answer, flow_in_words, hears, invariant, lag, service, told_so_far, unsent,
};
