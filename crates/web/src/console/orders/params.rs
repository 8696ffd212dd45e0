//! The query parameters of the list of orders, and the choices of each.

use crate::{
    console::{components::address, paging::PageLinks},
    session::request::RequestContext,
    texts::{Text, console as c, presentation},
    ui::{form::WORDS_MAX, format},
};
use contracts::orders::OrderFilter;
use kernel::{Timestamp, id::UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) const PATH: &str = "/console/orders";
pub(in super::super) const SHOWN: u16 = 25;

/// The parameters, in the order of the chips.
const MEMBERS: [&str; 9] =
    ["q", "customer", "attention", "status", "payment", "fulfilment", "from", "to", "sort"];

/// The parameters that are days, and the most characters of an invalid one that are kept.
const DAYS: [&str; 2] = ["from", "to"];
const DAY_MAX: usize = 20;

/// The kinds of attention, with their names on the first page.
pub(super) const ATTENTIONS: [(&str, Text); 16] = [
    ("", c::ANY),
    ("to_pack", c::ORDERS_TO_PACK),
    ("to_pack_late", c::ORDERS_LATE),
    ("packed", c::ORDERS_PACKED),
    ("partially_shipped", c::ORDERS_PARTLY_SHIPPED),
    ("undelivered", c::ORDERS_UNDELIVERED),
    ("came_back", c::ORDERS_CAME_BACK),
    ("to_unpack", c::ORDERS_TO_UNPACK),
    ("to_hand_back", c::ORDERS_TO_HAND_BACK),
    ("refund_delayed", c::REFUNDS_DELAYED),
    ("on_hold", c::ORDERS_HELD),
    ("payment_refused", c::PAYMENTS_REFUSED),
    ("payment_pending", c::PAYMENTS_PENDING),
    ("unpaid_expiring", c::ORDERS_EXPIRING),
    ("unpaid", c::ORDERS_UNPAID),
    ("cancelling", c::ORDERS_CANCELLING),
];
pub(super) const STATUSES: [(&str, Text); 8] = [
    ("", c::ANY),
    ("pending", c::PENDING),
    ("confirmed", c::CONFIRMED),
    ("completed", c::COMPLETED),
    ("cancelling", c::CANCELLING),
    ("cancelled", c::CANCELLED),
    ("expired", c::EXPIRED),
    ("draft", c::DRAFT),
];
pub(super) const PAYMENTS: [(&str, Text); 8] = [
    ("", c::ANY),
    ("unpaid", c::UNPAID),
    ("pending", c::PAYMENT_PENDING),
    ("authorized", c::AUTHORIZED),
    ("paid", c::PAID),
    ("partially_refunded", c::PARTLY_REFUNDED),
    ("refunded", c::REFUNDED),
    ("voided", c::VOIDED),
];
pub(super) const FULFILMENTS: [(&str, Text); 7] = [
    ("", c::ANY),
    ("unfulfilled", c::UNFULFILLED),
    ("partially_shipped", c::PARTLY_SHIPPED),
    ("shipped", c::SHIPPED),
    ("partially_delivered", c::PARTLY_DELIVERED),
    ("delivered", c::DELIVERED),
    ("cancelled", c::NOTHING_TO_SHIP),
];
pub(super) const SORTS: [(&str, Text); 4] = [
    ("", c::NEWEST_FIRST),
    ("created_at", c::OLDEST_FIRST),
    ("-total", c::DEAREST_FIRST),
    ("-updated_at", c::LAST_CHANGED),
];

/// The query parameters. Invalid values are left out, except for days: a list without its days would be another one.
pub(super) struct OrderListParams<'a>(pub(super) Vec<(&'static str, &'a str)>);

impl<'a> OrderListParams<'a> {
    pub(super) fn of(visit: &'a RequestContext) -> Self {
        let is_known =
            |choices: &[(&str, Text)], value: &str| choices.iter().any(|(known, _)| *known == value);
        let given =
            MEMBERS.into_iter().map(|name| (name, visit.query.text(name))).filter(
                |(name, value)| match *name {
                    "q" => !value.is_empty() && value.chars().count() <= WORDS_MAX,
                    "customer" => value.parse::<UserId>().is_ok(),
                    "attention" => is_known(&ATTENTIONS[1..], value),
                    "status" => is_known(&STATUSES[1..], value),
                    "payment" => is_known(&PAYMENTS[1..], value),
                    "fulfilment" => is_known(&FULFILMENTS[1..], value),
                    "sort" => is_known(&SORTS[1..], value) || *value == "total",
                    _ => !value.is_empty(),
                },
            );
        let cut = |value: &'a str| value.char_indices().nth(DAY_MAX).map_or(value, |(end, _)| &value[..end]);
        let given = given.map(|(name, value)| (name, if DAYS.contains(&name) { cut(value) } else { value }));
        OrderListParams(given.collect())
    }
    /// The invalid days.
    pub(super) fn no_days(&self) -> Vec<&'a str> {
        DAYS.map(|name| self.get(name))
            .into_iter()
            .filter(|day| !day.is_empty() && midnight(day).is_none())
            .collect()
    }
    /// A day for a date field, which accepts nothing else.
    pub(super) fn day(&self, name: &str) -> &'a str {
        Some(self.get(name)).filter(|day| midnight(day).is_some()).unwrap_or_default()
    }
    pub(super) fn get(&self, name: &str) -> &'a str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
    pub(super) fn filter(&self) -> OrderFilter {
        let (from, to) = (midnight(self.get("from")), midnight(self.get("to")));
        // a user who swapped the fields means the days between them
        let (from, to) = match from.zip(to) {
            Some((from, to)) if to < from => (Some(to), Some(from)),
            _ => (from, to),
        };
        OrderFilter {
            q: Some(self.get("q")).filter(|words| !words.is_empty()).map(str::to_owned),
            attention: named(self.get("attention")),
            status: named(self.get("status")),
            payment_status: named(self.get("payment")),
            fulfilment_status: named(self.get("fulfilment")),
            created_from: from,
            created_before: to.map(|day| presentation::zone().day_after(day, 1)),
            sort: named(self.get("sort")),
            ..OrderFilter::default()
        }
    }
    /// The address of the list without a parameter, or with another value of it.
    pub(super) fn address(&self, member: &str, value: &str) -> String {
        let kept = self.0.iter().copied().filter(|(name, _)| *name != member);
        address(PATH, kept.chain([(member, value)]))
    }
    /// Whether the keys are explained next to the filters: there is room while no filter is active.
    pub(super) fn tells_keys(&self) -> bool {
        self.0.iter().all(|(name, _)| *name == "sort")
    }
    pub(super) fn is_view(&self, view: &[(&str, &str)]) -> bool {
        let held: Vec<_> = self.0.iter().filter(|(name, _)| *name != "sort").collect();
        held.len() == view.len() && view.iter().all(|(name, value)| self.get(name) == *value)
    }
}

/// The value with this name in the API.
fn named<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::from(text)).ok()
}

/// The beginning of a day. The last days of the calendar, which no day follows, are invalid.
fn midnight(day: &str) -> Option<Timestamp> {
    let zone = presentation::zone();
    zone.day(day).filter(|begin| zone.day_after(*begin, 1) > *begin)
}

/// A day, formatted.
pub(super) fn day(day: &str) -> String {
    midnight(day).map_or_else(|| day.to_owned(), format::day)
}

/// The addresses of the list in the request, and of its page.
pub(in super::super) fn places(visit: &RequestContext) -> (String, String) {
    let list = OrderListParams::of(visit).address("", "");
    let page = PageLinks::of(visit).here(&list);
    (list, page)
}
