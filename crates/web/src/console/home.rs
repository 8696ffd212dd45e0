//! The first page of the console: what needs doing first, and on a phone the way to all rooms.

use super::{
    frame::{Page, Room, menu},
    orders,
    parts::address,
    staff::Staff,
    today::{self, Today},
};
use crate::{
    format, icons,
    icons::Glyph,
    parts::empty,
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::orders::{
    FulfilmentSummary, ListOrders, Order, OrderFilter, OrderSelection, OrderSort, OrderStatus,
};
use endpoint::{Json, Query, Slice};
use futures_util::future::{try_join3, try_join4};
use maud::{Markup, html};

/// More than these are “more than so many”: nothing is counted through.
const COUNTED: u16 = 50;
const NEWEST: u16 = 8;

/// So many, or more.
struct Count {
    n: usize,
    more: bool,
}

/// `GET /console`.
pub(super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::of(&visit).await?;
    let day = format::weekday(visit.web.needs.env.now());
    let main = match Room::Orders.is_open_to(&staff) {
        true => trade(&visit, &day).await?,
        false => html! { div.c-head { h1 { (day) } } (rooms(&staff)) },
    };
    Ok(Page::new(&staff, Room::Home, c::HOME).show(&visit, &main))
}

async fn list(visit: &Visit, filter: OrderFilter, limit: u16) -> Result<Listed, Stop> {
    let slice = Slice { limit: Some(limit), cursor: None };
    let request = ListOrders { filter: Query(filter), selection: Query(OrderSelection::default()), slice };
    let Json(page) = visit.web.needs.orders.call(&visit.cx, request).await?;
    Ok((page.items, page.next_cursor.is_some()))
}

/// What the page shows of the trade: seven questions with the one who asks.
struct Trade {
    to_pack: Listed,
    sent_in_part: Listed,
    unpaid: Listed,
    cancelling: Listed,
    newest: Listed,
    today: Listed,
}
/// Some orders, and whether there are more.
type Listed = (Vec<Order>, bool);

async fn look(visit: &Visit) -> Result<Trade, Stop> {
    let of = OrderFilter::default;
    let to_pack = OrderFilter {
        status: Some(OrderStatus::Confirmed),
        fulfilment_status: Some(FulfilmentSummary::Unfulfilled),
        ..of()
    };
    let in_part = OrderFilter { fulfilment_status: Some(FulfilmentSummary::PartiallyShipped), ..of() };
    let unpaid = OrderFilter { status: Some(OrderStatus::Pending), sort: Some(OrderSort::CreatedAt), ..of() };
    let cancelling = OrderFilter { status: Some(OrderStatus::Cancelling), ..of() };
    let today = today::midnight(visit.web.needs.env.now());
    let today = OrderFilter { created_from: Some(today), ..of() };
    let waiting = try_join4(
        list(visit, to_pack, COUNTED),
        list(visit, in_part, COUNTED),
        list(visit, unpaid, COUNTED),
        list(visit, cancelling, COUNTED),
    );
    let (waiting, newest, today) =
        try_join3(waiting, list(visit, of(), NEWEST), list(visit, today, Slice::MOST)).await?;
    let (to_pack, sent_in_part, unpaid, cancelling) = waiting;
    Ok(Trade { to_pack, sent_in_part, unpaid, cancelling, newest, today })
}

async fn trade(visit: &Visit, day: &str) -> Result<Markup, Stop> {
    let trade = look(visit).await?;
    let (needs, newest) = (&visit.web.needs, &trade.newest.0);
    let figures = Today::of(&trade.today.0, trade.today.1, needs.env.now(), needs.settings.currency);
    Ok(html! {
        div.c-head { h1 { (day) } }
        (figures.tiles())
        div.cols.cols-21 {
            div.stack {
                (figures.chart())
                section.card.clip {
                    div.card-head { h2 { (c::NEWEST_ORDERS) } a.small href=(Room::Orders.path()) { (c::ALL_ORDERS) } }
                    @if newest.is_empty() { (empty(c::NO_ORDERS, c::NO_ORDERS_MORE, Some(("/", c::OPEN_THE_SHOP)))) }
                    @else { (orders::table(newest, None)) }
                }
            }
            section.card.clip.first-when-narrow {
                div.card-head { h2 { (c::NEEDS_ATTENTION) } }
                (todo(attention(&trade)))
            }
        }
    })
}

/// Something that needs doing: how often, what it asks, its sign, its words, and where it is done.
type Task = (Count, &'static str, Glyph, &'static str, String);

fn attention(trade: &Trade) -> Vec<Task> {
    let count = |(orders, more): &Listed| Count { n: orders.len(), more: *more };
    let path = |pairs: &[(&'static str, &'static str)]| address(Room::Orders.path(), pairs.iter().copied());
    let held =
        trade.to_pack.0.iter().chain(&trade.sent_in_part.0).filter(|order| order.hold.is_some()).count();
    let to_pack = path(&[("status", "confirmed"), ("fulfilment", "unfulfilled")]);
    let in_part = path(&[("fulfilment", "partially_shipped")]);
    let unpaid = path(&[("status", "pending"), ("sort", "created_at")]);
    let all = [
        (count(&trade.to_pack), "wait", icons::F_PENDING, c::ORDERS_TO_PACK, to_pack),
        (count(&trade.sent_in_part), "info", icons::F_PARTIALLY_SHIPPED, c::ORDERS_PARTLY_SHIPPED, in_part),
        (
            Count { n: held, more: false },
            "bad",
            icons::O_HOLD,
            c::ORDERS_HELD,
            path(&[("status", "confirmed")]),
        ),
        (count(&trade.unpaid), "wait", icons::P_UNPAID, c::ORDERS_UNPAID, unpaid),
        (
            count(&trade.cancelling),
            "wait",
            icons::O_CANCELLING,
            c::ORDERS_CANCELLING,
            path(&[("status", "cancelling")]),
        ),
    ];
    all.into_iter().filter(|(count, ..)| count.n > 0).collect()
}

fn todo(all: Vec<Task>) -> Markup {
    html! {
        @if all.is_empty() { p.card-body.quiet { (c::NOTHING_NEEDS_YOU) } }
        ul.todo role="list" {
            @for (count, tone, glyph, text, place) in all {
                li {
                    a.(tone) href=(place) {
                        (glyph)
                        b { (count.n) @if count.more { "+" } }
                        span { (text) }
                        (icons::RIGHT)
                    }
                }
            }
        }
    }
}

/// The rooms that are open to somebody, as a list.
fn rooms(staff: &Staff) -> Markup {
    html! {
        section.card.clip aria-label=(c::ROOMS) {
            ul.todo role="list" {
                @for room in Room::ALL.into_iter().filter(|room| *room != Room::Home && room.is_open_to(staff)) {
                    li { a href=(room.path()) { (room.icon()) span { (room.name()) } (icons::RIGHT) } }
                }
                li { a href="/" { (icons::EXTERNAL) span { (c::OPEN_THE_SHOP) } (icons::RIGHT) } }
            }
        }
    }
}

/// `GET /console/more`: all rooms, and what the menu has.
pub(super) async fn more(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::of(&visit).await?;
    let main = html! {
        div.c-head { h1 { (c::MORE) } }
        (rooms(&staff))
        section.card aria-label=(c::YOUR_ACCOUNT) { div.card-body.stack.gap-3.account-menu { (menu(&visit, &staff)) } }
    };
    Ok(Page::new(&staff, Room::More, c::MORE).show(&visit, &main))
}
