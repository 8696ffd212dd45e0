//! The first page of the console: today and this month in figures, what needs doing first, and on a phone the way to all
//! rooms.

use super::{
    activity,
    frame::{Page, Room, keys, menu},
    orders,
    parts::address,
    sales_cards::Today,
    system::{Asks, At},
    unknown_charges, unresolved_payments,
};
use crate::{
    console::system::Watch,
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, Text, console as c},
    ui::{
        components::not_live,
        format,
        icons::{self, Glyph, Icon},
        product::can_be_had,
    },
};
use contracts::{
    orders::{Attention, ListOrders, Order, OrderFilter, OrderSelection},
    products::{ListProducts, ProductFilter, ProductStatus},
};
use endpoint::{Json, PageParams, Permission, Query};
use futures_util::future::{join, try_join3};
use maud::{Markup, Render, html};

/// More products than these are “more than so many”: nothing is counted through.
const COUNTED: u16 = 50;
const NEWEST: u16 = 8;

/// `GET /console`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::of(&visit).await?;
    let day = format::weekday(visit.web.needs.env.now());
    let main = match Room::Orders.is_open_to(&staff) {
        true => trade(&visit, &staff, &day).await?,
        false => html! { div.c-head { h1 { (day) } } (rooms(&staff)) },
    };
    Ok(Page::new(&staff, Room::Home, c::HOME.say()).show(&visit, &main))
}

async fn newest(visit: &Visit) -> Result<Vec<Order>, Stop> {
    let slice = PageParams { limit: Some(NEWEST), cursor: None };
    let (filter, selection) = (Query(OrderFilter::default()), Query(OrderSelection::default()));
    let Json(page) = visit.web.needs.orders.call(&visit.cx, ListOrders { filter, selection, slice }).await?;
    Ok(page.items)
}

/// Products on sale of which little is left: how many can still be had, how many cannot, and whether there may be more.
#[derive(Debug, Clone, Copy, Default)]
struct Stock {
    low: i64,
    out: i64,
    more: bool,
}

/// For who looks after products; one question for both.
async fn little_left(visit: &Visit, staff: &Staff) -> Result<Stock, Stop> {
    if !staff.may(Permission::Products) {
        return Ok(Stock::default());
    }
    let filter = ProductFilter {
        status: Some(ProductStatus::Active),
        low_stock: Some(true),
        ..ProductFilter::default()
    };
    let slice = PageParams { limit: Some(COUNTED), cursor: None };
    let request = ListProducts { filter: Query(filter), slice };
    let Json(page) = visit.web.needs.products.call(&visit.cx, request).await?;
    let start = Stock { more: page.next_cursor.is_some(), ..Stock::default() };
    Ok(page.items.iter().fold(start, |sum, product| match can_be_had(product) {
        true => Stock { low: sum.low + 1, ..sum },
        false => Stock { out: sum.out + 1, ..sum },
    }))
}

/// Six questions with the one who asks.
async fn trade(visit: &Visit, staff: &Staff, day: &str) -> Result<Markup, Stop> {
    let asked = try_join3(Today::ask(visit), newest(visit), little_left(visit, staff));
    let (asked, happened) = join(asked, activity::ask(visit)).await;
    let (figures, newest, stock) = asked?;
    let known = visit.web.state::<Watch>().known(&visit.web, staff.may(Permission::Settings));
    let tasks = orders_waiting(&figures.attention).chain(of_stock(stock)).chain(known.iter().map(of_system));
    let tasks: Vec<Task> = tasks.filter(|task| task.count > 0).collect();
    Ok(html! {
        div.c-head { h1 { (day) } }
        (not_live())
        div data-live="first-steps" { @if newest.is_empty() { (first_steps(visit, staff, stock)) } }
        div data-live="tiles" { (figures.tiles()) }
        div.cols.cols-21.tall-charts {
            div.stack {
                (figures.month())
                (figures.by_hour())
            }
            div.stack.first-when-narrow {
                section.card.clip {
                    div.card-head { h2 { (c::NEEDS_ATTENTION) } }
                    div data-live="todo" data-says=(c::NEEDS_ATTENTION) { (todo(&tasks)) }
                }
                (activity::card(&happened))
            }
        }
        div data-live="newest" data-still {
            @if !newest.is_empty() {
                section.card.clip {
                    div.card-head { h2 { (c::NEWEST_ORDERS) } a.small href=(Room::Orders.path()) { (c::ALL_ORDERS) } }
                    (orders::table::table(&newest))
                }
            }
        }
    })
}

/// What brings the first order. Whether there are products is known only where little is left of some: no list is asked
/// for it.
fn first_steps(visit: &Visit, staff: &Staff, stock: Stock) -> Markup {
    let is_filled = stock.low + stock.out > 0 || stock.more;
    html! {
        section.card {
            div.card-head { h2 { (c::NO_ORDERS) } }
            div.card-body.stack {
                @if Room::Products.is_open_to(staff) && !is_filled {
                    div.row.spread {
                        p { (c::FIRST_PRODUCT) }
                        a.btn.btn-primary href="/console/products/new" { (t::ADD_A_PRODUCT) }
                    }
                }
                p { (c::PASS_ON_ADDRESS) a.wrap-any href="/" { (visit.origin()) } }
                p.small.quiet { (c::NO_ORDERS_MORE) }
            }
        }
    }
}

/// Something that needs doing: how often, what it asks, its sign, its words, and where it is done.
struct Task {
    count: i64,
    more: bool,
    tone: &'static str,
    sign: Markup,
    text: String,
    place: String,
}
impl Task {
    /// With so many among them, if any, that are this besides.
    fn of_which(self, some: i64, tone: &'static str, part: Text) -> Task {
        match some {
            ..=0 => self,
            some => {
                let is_all = some == self.count && !self.more;
                Task { tone, text: c::of_them(&self.text, (!is_all).then_some(some), part.say()), ..self }
            }
        }
    }
}

/// Each leads to the list of just those that it counts; no draft is in a list but where it is asked for. An order that is late, say,
/// is to be packed, and is counted once.
fn orders_waiting(waiting: &Attention) -> impl Iterator<Item = Task> {
    let of = |count: i64, tone, sign: Glyph, named: &str, kind: &str| Task {
        count,
        more: count >= Attention::MOST,
        tone,
        sign: sign.render(),
        text: c::waiting(named, count),
        place: address(Room::Orders.path(), [("attention", kind), ("sort", "created_at")]),
    };
    let (late, expiring) = (waiting.to_pack_late, waiting.unpaid_expiring);
    [
        of(waiting.to_pack, "wait", icons::F_PENDING, "to-pack", "to_pack").of_which(
            late,
            "bad",
            c::PACKED_LATE,
        ),
        of(waiting.packed, "wait", icons::F_PACKED, "packed", "packed"),
        of(
            waiting.partially_shipped,
            "info",
            icons::F_PARTIALLY_SHIPPED,
            "partly-shipped",
            "partially_shipped",
        ),
        of(waiting.undelivered, "bad", icons::F_FAILED, "undelivered", "undelivered"),
        of(waiting.came_back, "back", icons::F_RETURNED, "came-back", "came_back"),
        of(waiting.to_unpack, "wait", icons::F_CANCELLED, "to-unpack", "to_unpack"),
        of(waiting.to_hand_back, "wait", icons::P_REFUNDED, "to-hand-back", "to_hand_back"),
        of(waiting.refund_delayed, "bad", icons::P_FAILED, "refund-delayed", "refund_delayed"),
        of(waiting.on_hold, "bad", icons::O_HOLD, "held", "on_hold"),
        of(waiting.payment_pending, "info", icons::P_PENDING, "payment-pending", "payment_pending"),
        of(waiting.unpaid, "wait", icons::P_UNPAID, "unpaid", "unpaid")
            .of_which(waiting.payment_refused, "bad", c::AFTER_REFUSAL)
            .of_which(expiring, "wait", c::EXPIRING_SOON),
        of(waiting.cancelling, "wait", icons::O_CANCELLING, "cancelling", "cancelling"),
        Task {
            place: address(Room::Orders.path(), [("status", "draft")]),
            ..of(waiting.drafts, "info", icons::O_DRAFT, "drafts", "")
        },
    ]
    .into_iter()
}

fn of_stock(stock: Stock) -> [Task; 2] {
    let of = |count, sign: Glyph, named: &str, wanted| Task {
        count,
        more: stock.more,
        tone: "wait",
        sign: sign.render(),
        text: c::waiting(named, count),
        place: address(Room::Products.path(), [("status", "active"), ("stock", wanted)]),
    };
    [of(stock.out, icons::LEVEL_0, "sold-out", "out"), of(stock.low, icons::LEVEL_1, "low", "low")]
}

/// What services say of themselves that asks for somebody.
fn of_system(asks: &Asks) -> Task {
    let place = match asks.at {
        At::System => Room::System.path().to_owned(),
        At::Unanswered => unresolved_payments::PATH.to_owned(),
        At::UnknownCharges => unknown_charges::PATH.to_owned(),
        At::Mails => Room::Mails.path().to_owned(),
    };
    let sign: Icon = icons::ALERT;
    let more = asks.count >= Asks::MOST;
    Task { count: asks.count, more, tone: "bad", sign: sign.render(), text: asks.text.clone(), place }
}

fn todo(all: &[Task]) -> Markup {
    html! {
        @if all.is_empty() { p.card-body.quiet { (c::NOTHING_NEEDS_YOU) } }
        ul.todo role="list" {
            @for task in all {
                li {
                    a.(task.tone) href=(task.place) {
                        (task.sign)
                        b data-more[task.more] { (format::count(task.count)) @if task.more { "+" } }
                        span { (task.text) }
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
pub(crate) async fn more(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::of(&visit).await?;
    let main = html! {
        div.c-head { h1 { (c::MORE) } }
        (rooms(&staff))
        section.card.wide-only id="shortcuts" {
            div.card-head { h2 { (t::SHORTCUTS) } }
            div.card-body.stack.gap-3 { (keys(true)) }
        }
        section.card aria-label=(c::YOUR_ACCOUNT) { div.card-body.stack.gap-3.account-menu { (menu(&visit, &staff, html! {})) } }
    };
    Ok(Page::new(&staff, Room::More, c::MORE.say()).show(&visit, &main))
}
