//! The list of orders: saved views, filters that stand in the address, search, and the way to each.

use super::{
    badges, customers,
    frame::{Page, Room},
    paging::Turned,
    parts::{Trouble, address, chip, list_keys, select},
    picking,
    staff::Staff,
};
use crate::{
    form::WORDS_MAX,
    format, icons,
    parts::{empty, further, moment, refusal},
    presentation,
    shown::{Shown, Stop},
    texts::{Text, console as c},
    visit::Visit,
};
use contracts::orders::{
    Attention, GetOverview, ListOrders, Order, OrderFilter, OrderSelection, OverviewParams, SalesInterval,
};
use endpoint::{Json, Page as Listed, PageParams, Permission, Query, client::CallError, http::StatusCode};
use futures_util::future::join;
use kernel::{
    Timestamp,
    id::{OrderId, UserId},
};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

pub(super) const PATH: &str = "/console/orders";
pub(super) const SHOWN: u16 = 25;

/// The members of the address, in the order of the chips.
const MEMBERS: [&str; 9] =
    ["q", "customer", "attention", "status", "payment", "fulfilment", "from", "to", "sort"];

/// Those that are days, and how much of what stands there is kept where it is none.
const DAYS: [&str; 2] = ["from", "to"];
const DAY_MAX: usize = 20;

/// A view that is looked at often: its name, what its address holds, and how many orders wait in it, where that is counted.
type View = (Text, &'static [(&'static str, &'static str)], fn(&Attention) -> i64);

const VIEWS: [View; 8] = [
    (c::ALL_VIEWS, &[], |_| 0),
    (c::TO_PACK_VIEW, &[("attention", "to_pack")], |waiting| waiting.to_pack),
    (c::TO_SEND_VIEW, &[("attention", "packed")], |waiting| waiting.packed),
    (c::PARTLY_SHIPPED, &[("fulfilment", "partially_shipped")], |waiting| waiting.partially_shipped),
    (c::ON_THEIR_WAY, &[("status", "confirmed"), ("fulfilment", "shipped")], |_| 0),
    (c::ON_HOLD, &[("attention", "on_hold")], |waiting| waiting.on_hold),
    (c::UNPAID, &[("attention", "unpaid")], |waiting| waiting.unpaid),
    (c::DRAFTS, &[("status", "draft")], |waiting| waiting.drafts),
];

/// What waits for somebody, by what it is called on the first page.
const ATTENTIONS: [(&str, Text); 16] = [
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
const PAYMENTS: [(&str, Text); 8] = [
    ("", c::ANY),
    ("unpaid", c::UNPAID),
    ("pending", c::PAYMENT_PENDING),
    ("authorized", c::AUTHORIZED),
    ("paid", c::PAID),
    ("partially_refunded", c::PARTLY_REFUNDED),
    ("refunded", c::REFUNDED),
    ("voided", c::VOIDED),
];
const FULFILMENTS: [(&str, Text); 7] = [
    ("", c::ANY),
    ("unfulfilled", c::UNFULFILLED),
    ("partially_shipped", c::PARTLY_SHIPPED),
    ("shipped", c::SHIPPED),
    ("partially_delivered", c::PARTLY_DELIVERED),
    ("delivered", c::DELIVERED),
    ("cancelled", c::NOTHING_TO_SHIP),
];
const SORTS: [(&str, Text); 4] = [
    ("", c::NEWEST_FIRST),
    ("created_at", c::OLDEST_FIRST),
    ("-total", c::DEAREST_FIRST),
    ("-updated_at", c::LAST_CHANGED),
];

/// What is asked for, as the address has it; what is no value of a member is left out, but for days: a list without its days
/// is another one.
pub(super) struct Asked<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Asked<'a> {
    fn of(visit: &'a Visit) -> Self {
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
        Asked(given.collect())
    }
    /// What stands where a day should, and is none.
    fn no_days(&self) -> Vec<&'a str> {
        DAYS.map(|name| self.get(name))
            .into_iter()
            .filter(|day| !day.is_empty() && midnight(day).is_none())
            .collect()
    }
    /// A day for a field of days, which takes nothing else.
    fn day(&self, name: &str) -> &'a str {
        Some(self.get(name)).filter(|day| midnight(day).is_some()).unwrap_or_default()
    }
    fn get(&self, name: &str) -> &'a str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
    fn filter(&self) -> OrderFilter {
        let (from, to) = (midnight(self.get("from")), midnight(self.get("to")));
        // whoever has taken the one field for the other means the days between them
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
    /// The address of the same, without a member or with another value of it.
    fn address(&self, member: &str, value: &str) -> String {
        let kept = self.0.iter().copied().filter(|(name, _)| *name != member);
        address(PATH, kept.chain([(member, value)]))
    }
    /// Whether what keys do stands beside the filters: there is room as long as none of these holds.
    fn tells_keys(&self) -> bool {
        self.0.iter().all(|(name, _)| *name == "sort")
    }
    fn is_view(&self, view: &[(&str, &str)]) -> bool {
        let held: Vec<_> = self.0.iter().filter(|(name, _)| *name != "sort").collect();
        held.len() == view.len() && view.iter().all(|(name, value)| self.get(name) == *value)
    }
}

/// The value that the API calls so.
fn named<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::from(text)).ok()
}

/// The beginning of a day of the address. Those at the end of the calendar, which have no day behind them, are none.
fn midnight(day: &str) -> Option<Timestamp> {
    let zone = presentation::zone();
    zone.day(day).filter(|begin| zone.day_after(*begin, 1) > *begin)
}

/// A day of the address, as it is written.
fn day(day: &str) -> String {
    midnight(day).map_or_else(|| day.to_owned(), format::day)
}

/// `GET /console/orders`.
pub(super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    list(&visit, &staff, None).await
}

/// The addresses of the list that a visit is about, and of the page of it.
pub(super) fn places(visit: &Visit) -> (String, String) {
    let list = Asked::of(visit).address("", "");
    let page = Turned::of(visit).here(&list);
    (list, page)
}

/// The list, with what was done with the orders that were picked in it, or why that was not done.
pub(super) async fn list(visit: &Visit, staff: &Staff, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let asked = Asked::of(visit);
    let (turned, list) = (Turned::of(visit), asked.address("", ""));
    let request = ListOrders {
        filter: Query(asked.filter()),
        selection: Query(OrderSelection {
            user_id: asked.get("customer").parse().ok(),
            ..OrderSelection::default()
        }),
        slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() },
    };
    let no_days = asked.no_days();
    let find = async {
        match no_days.is_empty() {
            true => visit.web.needs.orders.call(&visit.cx, request).await,
            false => Ok(Json(Listed { items: Vec::new(), next_cursor: None })),
        }
    };
    let (found, waiting) = join(find, waiting(visit)).await;
    let Json(found) = match found {
        // a cursor of other filters, or of another time
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(Shown::there(list));
        }
        found => found?,
    };
    let next = turned.then(&list, found.next_cursor.as_deref(), found.items.len());
    let said = trouble.map_or_else(|| picking::said(visit), Trouble::banner);
    let main = html! {
        div.c-head {
            h1 { (c::ORDERS) }
            (news(&list, visit.web.needs.env.now()))
            span.push { a.btn href=(customers::FOR_AN_ORDER) { (icons::PLUS) (c::NEW_ORDER) } }
        }
        (said)
        @for day in &no_days { (refusal("bad", c::NO_SUCH_DAY.say(), html! { p { (c::no_such_day_more(day)) } })) }
        (views(&asked, &waiting))
        (filters(&asked, !found.items.is_empty()))
        @if let Some(next) = next.as_deref().filter(|_| found.items.is_empty()) { (further(next, said.0.is_empty())) }
        @else if found.items.is_empty() {
            @if asked.0.is_empty() && turned.is_first() { (empty(c::NO_ORDERS.say(), c::NO_ORDERS_MORE.say(), Some(("/", c::OPEN_THE_SHOP.say())))) }
            @else { (empty(c::NO_SUCH_ORDERS.say(), c::NO_SUCH_ORDERS_MORE.say(), Some((PATH, c::CLEAR_FILTERS.say())))) }
        } @else {
            div.card.clip {
                (picking::bar(visit, asked.tells_keys()))
                (table_with(&found.items, Some(&asked), true, &picking::picked(&visit.form)))
                (turned.pager(&list, next.as_deref()))
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(staff, Room::Orders, c::ORDERS.say()).with_status(status).show(visit, &main))
}

/// Where a script announces orders that came since the page was made, without moving anything: the room is there from the
/// beginning. The link loads the list anew.
fn news(list: &str, now: Timestamp) -> Markup {
    let asked = list.strip_prefix(PATH).unwrap_or_default().trim_start_matches('?');
    let since = now.to_string();
    let place = address(NEWS, [("since", since.as_str())]);
    let place = if asked.is_empty() { place } else { format!("{place}&{asked}") };
    html! { p.news data-news=(place) role="status" {} }
}

/// Where it is asked how many orders came.
const NEWS: &str = "/console/orders/new";

/// `GET /console/orders/new`: how many orders of the list came since a moment, as a link to them.
pub(super) async fn news_since(visit: Visit) -> Result<Shown, Stop> {
    Staff::with(&visit, Permission::Orders).await?;
    let asked = Asked::of(&visit);
    let Ok(since) = visit.query.text("since").parse::<Timestamp>() else { return Err(Stop::NotFound) };
    if !asked.no_days().is_empty() {
        return Ok(Shown::Part(html! {}));
    }
    let mut filter = asked.filter();
    // an order that was made at that very moment is on the page
    let since = since.plus(Duration::from_micros(1));
    filter.created_from = Some(filter.created_from.map_or(since, |from| from.max(since)));
    let selection =
        OrderSelection { user_id: asked.get("customer").parse().ok(), ..OrderSelection::default() };
    let slice = PageParams { limit: Some(SHOWN), cursor: None };
    let request = ListOrders { filter: Query(filter), selection: Query(selection), slice };
    // where the filter ends before that moment there are none
    let found = match visit.web.needs.orders.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 422) => {
            return Ok(Shown::Part(html! {}));
        }
        found => found?.0,
    };
    let count = found.items.len();
    Ok(Shown::Part(html! {
        @if count > 0 { a.btn.btn-small href=(asked.address("", "")) { (c::new_orders(count, found.next_cursor.is_some())) } }
    }))
}

/// How many wait for somebody; the list does not depend on it.
async fn waiting(visit: &Visit) -> Attention {
    // of no hour: sums are not asked for
    let hour = SalesInterval::Hour.begin(visit.web.needs.env.now());
    let span = Query(OverviewParams { from: Some(hour), before: Some(hour), ..OverviewParams::default() });
    let found = visit.web.needs.orders.call(&visit.cx, GetOverview { span }).await;
    found.map_or_else(|_| Attention::default(), |Json(found)| found.attention)
}

fn views(asked: &Asked<'_>, waiting: &Attention) -> Markup {
    html! {
        nav.tabs aria-label=(c::SAVED_VIEWS) {
            @for (name, view, count) in VIEWS {
                @let count = count(waiting);
                a href=(address(PATH, view.iter().copied())) aria-current=[asked.is_view(view).then_some("page")] {
                    (name)
                    @if count > 0 { " " span.count { (count) @if count >= Attention::MOST { "+" } } }
                }
            }
        }
    }
}

/// The keys of the list that stands below are told beside the filters, as long as none of these holds.
fn filters(asked: &Asked<'_>, has_rows: bool) -> Markup {
    html! {
        form.filters method="get" role="search" action=(PATH) aria-label=(c::FILTER_ORDERS) {
            label.search {
                (icons::SEARCH)
                input.input type="search" name="q" value=(asked.get("q")) maxlength=(WORDS_MAX) aria-label=(c::SEARCH_ORDERS)
                    placeholder=(c::SEARCH_ORDERS_SHORT);
            }
            @if !asked.get("customer").is_empty() { input type="hidden" name="customer" value=(asked.get("customer")); }
            details.menu {
                summary.btn { (icons::FILTER) (c::FILTER) }
                div.filter-box {
                    (select("attention", c::NEEDS_ATTENTION.say(), asked.get("attention"), &ATTENTIONS))
                    (select("status", c::ORDER_STATUS.say(), asked.get("status"), &STATUSES))
                    (select("payment", c::PAYMENT.say(), asked.get("payment"), &PAYMENTS))
                    (select("fulfilment", c::FULFILMENT.say(), asked.get("fulfilment"), &FULFILMENTS))
                    div.field { label for="from" { (c::from_day_field()) } input.input type="date" id="from" name="from" value=(asked.day("from")); }
                    div.field { label for="to" { (c::to_day_field()) } input.input type="date" id="to" name="to" value=(asked.day("to")); }
                    (select("sort", c::SORT_BY.say(), asked.get("sort"), &SORTS))
                    span.btn-row { button.btn.btn-primary { (c::APPLY) } }
                }
            }
            (chips(asked))
            @if has_rows && asked.tells_keys() { (list_keys()) }
        }
    }
}

fn chips(asked: &Asked<'_>) -> Markup {
    let called = |choices: &[(&str, Text)], value: &str| {
        choices.iter().find(|(known, _)| *known == value).map_or(String::new(), |(_, text)| text.to_string())
    };
    let held = asked.0.iter().filter_map(|(name, value)| {
        let text = match *name {
            "q" => c::quoted(value),
            "customer" => c::OF_ONE_CUSTOMER.into(),
            "attention" => called(&ATTENTIONS, value),
            "status" => called(&STATUSES, value),
            "payment" => called(&PAYMENTS, value),
            "fulfilment" => called(&FULFILMENTS, value),
            "from" => c::from_day(&day(value)),
            "to" => c::to_day(&day(value)),
            _ => return None,
        };
        Some((text, asked.address(name, "")))
    });
    let held: Vec<_> = held.collect();
    html! {
        @for (text, without) in &held { (chip(text, without)) }
        @if !held.is_empty() { a.small href=(PATH) { (c::CLEAR) } }
    }
}

/// Orders as a table.
pub(super) fn table(orders: &[Order]) -> Markup {
    table_with(orders, None, true, &[])
}
/// Those of one customer, whose name stands above them.
pub(super) fn table_of_one(orders: &[Order]) -> Markup {
    table_with(orders, None, false, &[])
}

/// Where it is the list: with the ways to sort it, and with boxes to pick them, of which these are ticked.
fn table_with(orders: &[Order], asked: Option<&Asked<'_>>, names: bool, picked: &[OrderId]) -> Markup {
    let is_list = asked.is_some();
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::ORDERS) {
            table.table.table-fold.fold-soon role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        @if is_list { (picking::pick_all()) }
                        th role="columnheader" scope="col" { (c::ORDER) }
                        (sorted(asked, c::PLACED.say(), "", "created_at", ""))
                        @if names { th role="columnheader" scope="col" { (c::CUSTOMER) } }
                        th role="columnheader" scope="col" { (c::ORDER_STATUS) }
                        th role="columnheader" scope="col" { (c::PAYMENT) }
                        th role="columnheader" scope="col" { (c::FULFILMENT) }
                        (sorted(asked, c::TOTAL.say(), "-total", "total", "n"))
                    }
                }
                tbody role="rowgroup" {
                    @for order in orders {
                        tr role="row" {
                            @if is_list { (picking::pick(order, picked.contains(&order.id))) }
                            (cells(order, names))
                        }
                    }
                 }
            }
        }
    }
}

/// The head of a column that can be sorted, downwards first.
fn sorted(asked: Option<&Asked<'_>>, name: &str, down: &str, up: &str, class: &str) -> Markup {
    let now = asked.map(|asked| asked.get("sort"));
    let (direction, other) = match now {
        Some(sort) if sort == down => (Some("descending"), up),
        Some(sort) if sort == up => (Some("ascending"), down),
        _ => (None, down),
    };
    html! {
        th.(class) role="columnheader" scope="col" aria-sort=[direction] {
            @match asked {
                Some(asked) => a href=(asked.address("sort", other)) {
                    (name)
                    @match direction { Some("descending") => (icons::DOWN), Some(_) => (icons::UP), None => {} }
                },
                None => (name),
            }
        }
    }
}

fn cells(order: &Order, names: bool) -> Markup {
    html! {
        th role="rowheader" scope="row" { a.lead.num href={ (PATH) "/" (order.id) } { "#" (order.number) } }
        td.quiet.nowrap.fold-when role="cell" { (moment(order.created_at)) }
        @if names { td.who.fold-2 role="cell" { span.cut title=(whose(order)) { (whose(order)) } } }
        td.fold-3 role="cell" { (badges::order(order)) }
        td.fold-3 role="cell" { (badges::payment_first(order)) }
        td.fold-3 role="cell" { (badges::parcels(order)) }
        td.n.fold-end role="cell" { strong { (format::money(order.total)) } }
    }
}

/// What is known of whoever ordered: the account's name. A guest has none and is called as the parcel is; an account without a
/// name is told by its e-mail, as the parcel may go to somebody else.
pub(super) fn whose(order: &Order) -> &str {
    let named = order.shipping_address.as_ref().map(|to| to.name.as_str());
    let email = order.email.as_deref();
    let known = if order.guest_id.is_some() { named.or(email) } else { email.or(named) };
    order.customer_name.as_deref().or(known).unwrap_or(c::NOBODY_KNOWN.say())
}
