//! The position of emails in the history of an order: each right above the event that it is about.

use super::ConsoleOrderView;
use crate::ui::order::{
    history_snapshot::{in_turn, pieces_shipped},
    parcel_steps::{self, ParcelStep},
};
use contracts::{events::EventType, fulfilments::FulfilmentStatus, notifications::Mail, orders::HistoryItem};
use kernel::Timestamp;
use std::{collections::BTreeSet, time::Duration};

/// An email that was created within this time of its event is shown with it.
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);

/// Whether an email is about this entry: an event of the order, or a step of a parcel.
fn is_told_by(
    template: &str,
    item: &HistoryItem,
    before: Option<&HistoryItem>,
    steps: &[ParcelStep],
) -> bool {
    let is_step = |status| steps.iter().any(|s| s.status == status && s.order_version == Some(item.sequence));
    let kind = match template {
        "order_placed" => EventType::OrderPlaced,
        "order_confirmed" => EventType::OrderConfirmed,
        "payment_failed" => EventType::OrderPaymentFailed,
        "payment_lapsed" => EventType::OrderPaymentLapsed,
        "order_items_cancelled" => EventType::OrderItemsCancelled,
        "order_cancelled" => EventType::OrderCancelled,
        "order_expired" => EventType::OrderExpired,
        "order_reopened" => EventType::OrderReopened,
        "order_completed" => EventType::OrderCompleted,
        "order_refunded" => EventType::OrderRefunded,
        "order_shipped" => {
            return is_step(FulfilmentStatus::Shipped) || pieces_shipped(item, before).is_some();
        }
        "order_delivered" => return is_step(FulfilmentStatus::Delivered),
        _ => return false,
    };
    item.event() == Some(kind)
}

/// Each email with its position: at the first event of its kind that no earlier email is about, if they are close in time; otherwise
/// when it was created. The email about a refund may precede the event in the order's history.
pub(super) fn placed(looked: &ConsoleOrderView) -> Vec<((Timestamp, i64), &Mail)> {
    let steps = parcel_steps::steps(&looked.history, &looked.fulfilments);
    let mut mails: Vec<&Mail> = looked.mails.iter().collect();
    mails.sort_by_key(|mail| mail.created_at);
    let mut told = BTreeSet::new();
    let mut place = |mail: &Mail| {
        let is_soon = |item: &HistoryItem| {
            mail.created_at.since(item.at) < WRITTEN_WITHIN && item.at.since(mail.created_at) < WRITTEN_WITHIN
        };
        let (item, _) = in_turn(&looked.history).find(|(item, before)| {
            is_soon(item)
                && is_told_by(&mail.template, item, *before, &steps)
                && !told.contains(&(mail.template.clone(), item.sequence))
        })?;
        told.insert((mail.template.clone(), item.sequence));
        Some((item.at, item.sequence))
    };
    mails.into_iter().map(|mail| (place(mail).unwrap_or((mail.created_at, i64::MAX)), mail)).collect()
}
