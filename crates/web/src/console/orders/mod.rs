//! The list of orders: saved views, filters in the address, search, and links to the orders.

mod params;
pub(super) mod picks;
pub(super) mod table;

use super::{
    components::{ActionError, address, chip, list_keys, select},
    customers,
    frame::{ConsolePage, ConsoleSection},
    paging::PageLinks,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{Text, console as c},
    ui::{
        components::{empty, further, refusal},
        form::WORDS_MAX,
        icons,
    },
};
use contracts::orders::{Attention, GetOverview, ListOrders, OrderSelection, OverviewParams, SalesInterval};
use endpoint::{Json, Page as Listed, PageParams, Permission, Query, client::CallError, http::StatusCode};
use futures_util::future::join;
use kernel::Timestamp;
use maud::{Markup, html};
use params::{ATTENTIONS, FULFILMENTS, OrderListParams, PAYMENTS, SORTS, STATUSES, day};
use std::time::Duration;
use table::table_with;

pub(super) use params::{PATH, SHOWN, places};

/// A saved view: its name, its query parameters, and the number of orders in it, where that is counted.
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

/// `GET /console/orders`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    list(&visit, &staff, None).await
}

/// The list, with the outcome of a bulk action, or its error.
pub(super) async fn list(
    visit: &RequestContext,
    staff: &Staff,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let asked = OrderListParams::of(visit);
    let (turned, list) = (PageLinks::of(visit), asked.address("", ""));
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
        // the cursor is old or of other filters
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(list));
        }
        found => found?,
    };
    let next = turned.then(&list, found.next_cursor.as_deref(), found.items.len());
    let said = trouble.map_or_else(|| picks::said(visit), ActionError::banner);
    let main = html! {
        div.c-head {
            h1 { (c::ORDERS) }
            (news(&list, visit.web.needs.env.now()))
            span.push { a.btn href=(customers::FOR_AN_ORDER) { (icons::PLUS) (c::NEW_ORDER) } }
        }
        (said)
        @for day in &no_days { (refusal("bad", c::NO_SUCH_DAY.text(), html! { p { (c::no_such_day_more(day)) } })) }
        (views(&asked, &waiting))
        (filters(&asked, !found.items.is_empty()))
        @if let Some(next) = next.as_deref().filter(|_| found.items.is_empty()) { (further(next, said.0.is_empty())) }
        @else if found.items.is_empty() {
            @if asked.0.is_empty() && turned.is_first() { (empty(c::NO_ORDERS.text(), c::NO_ORDERS_MORE.text(), Some(("/", c::OPEN_THE_SHOP.text())))) }
            @else { (empty(c::NO_SUCH_ORDERS.text(), c::NO_SUCH_ORDERS_MORE.text(), Some((PATH, c::CLEAR_FILTERS.text())))) }
        } @else {
            div.card.clip {
                (picks::bar(visit, asked.tells_keys()))
                (table_with(&found.items, Some(&asked), true, &picks::picked(&visit.form)))
                (turned.pager(&list, next.as_deref()))
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, c::ORDERS.text())
        .with_status(status)
        .show(visit, &main))
}

/// Where a script announces new orders without moving anything: the space is reserved. The link reloads the list.
fn news(list: &str, now: Timestamp) -> Markup {
    let asked = list.strip_prefix(PATH).unwrap_or_default().trim_start_matches('?');
    let since = now.to_string();
    let place = address(NEWS, [("since", since.as_str())]);
    let place = if asked.is_empty() { place } else { format!("{place}&{asked}") };
    html! { p.news data-news=(place) role="status" {} }
}

/// The path for the number of new orders.
const NEWS: &str = "/console/orders/new";

/// `GET /console/orders/new`: how many orders of the list came since a time, as a link to them.
pub(crate) async fn news_since(visit: RequestContext) -> Result<PageResponse, PageError> {
    Staff::with(&visit, Permission::Orders).await?;
    let asked = OrderListParams::of(&visit);
    let Ok(since) = visit.query.text("since").parse::<Timestamp>() else { return Err(PageError::NotFound) };
    if !asked.no_days().is_empty() {
        return Ok(PageResponse::Fragment(html! {}));
    }
    let mut filter = asked.filter();
    // an order of exactly that time is on the page
    let since = since.plus(Duration::from_micros(1));
    filter.created_from = Some(filter.created_from.map_or(since, |from| from.max(since)));
    let selection =
        OrderSelection { user_id: asked.get("customer").parse().ok(), ..OrderSelection::default() };
    let slice = PageParams { limit: Some(SHOWN), cursor: None };
    let request = ListOrders { filter: Query(filter), selection: Query(selection), slice };
    // a filter that ends before that time matches none
    let found = match visit.web.needs.orders.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 422) => {
            return Ok(PageResponse::Fragment(html! {}));
        }
        found => found?.0,
    };
    let count = found.items.len();
    Ok(PageResponse::Fragment(html! {
        @if count > 0 { a.btn.btn-small href=(asked.address("", "")) { (c::new_orders(count, found.next_cursor.is_some())) } }
    }))
}

/// The counts of orders that need attention; the list works without them.
async fn waiting(visit: &RequestContext) -> Attention {
    // an empty period: sales totals are not needed
    let hour = SalesInterval::Hour.begin(visit.web.needs.env.now());
    let span = Query(OverviewParams { from: Some(hour), before: Some(hour), ..OverviewParams::default() });
    let found = visit.web.needs.orders.call(&visit.cx, GetOverview { span }).await;
    found.map_or_else(|_| Attention::default(), |Json(found)| found.attention)
}

fn views(asked: &OrderListParams<'_>, waiting: &Attention) -> Markup {
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

/// The filters. The keys of the list are explained next to them while no filter is active.
fn filters(asked: &OrderListParams<'_>, has_rows: bool) -> Markup {
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
                    (select("attention", c::NEEDS_ATTENTION.text(), asked.get("attention"), &ATTENTIONS))
                    (select("status", c::ORDER_STATUS.text(), asked.get("status"), &STATUSES))
                    (select("payment", c::PAYMENT.text(), asked.get("payment"), &PAYMENTS))
                    (select("fulfilment", c::FULFILMENT.text(), asked.get("fulfilment"), &FULFILMENTS))
                    div.field { label for="from" { (c::from_day_field()) } input.input type="date" id="from" name="from" value=(asked.day("from")); }
                    div.field { label for="to" { (c::to_day_field()) } input.input type="date" id="to" name="to" value=(asked.day("to")); }
                    (select("sort", c::SORT_BY.text(), asked.get("sort"), &SORTS))
                    span.btn-row { button.btn.btn-primary { (c::APPLY) } }
                }
            }
            (chips(asked))
            @if has_rows && asked.tells_keys() { (list_keys()) }
        }
    }
}

fn chips(asked: &OrderListParams<'_>) -> Markup {
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
