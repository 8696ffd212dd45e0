//! Search across orders, products and customers, a few results of each that the user may see.

use super::{
    components::address,
    customers,
    frame::{ConsolePage, ConsoleSection},
    orders::table,
    products,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::{components::empty, form::WORDS_MAX},
};
use contracts::{
    auth::{ListUsers, Role, User, UserFilter},
    orders::{ListOrders, Order, OrderFilter, OrderSelection},
    products::{ListProducts, Product, ProductFilter, ProductSort},
};
use endpoint::{Json, Page as Listed, PageParams, Query, http::StatusCode};
use futures_util::future::try_join3;
use maud::{Markup, html};

const EACH: u16 = 5;

/// A few results of each, and whether there may be more.
struct SearchResults {
    orders: Listed<Order>,
    products: Listed<Product>,
    people: Listed<User>,
}

/// `GET /console/search`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::of(&visit).await?;
    let words: String = visit.query.text("q").chars().take(WORDS_MAX).collect();
    if words.is_empty() {
        return Ok(PageResponse::redirect("/console"));
    }
    let found = find(&visit, &staff, &words).await?;
    let SearchResults { orders, products, people } = found;
    let is_empty = has_none(&orders) && has_none(&products) && has_none(&people);
    let main = html! {
        div.c-head { h1.wrap-any { (c::found(&words)) } }
        @if is_empty { (empty(c::NOTHING_FITS.text(), c::NOTHING_FITS_MORE.text(), None)) }
        (part(ConsoleSection::Orders, &words, &orders, table::table))
        (part(ConsoleSection::Products, &words, &products, |found| products::table(&visit, found)))
        (part(ConsoleSection::Customers, &words, &people, |found| customers::table(found, ConsoleSection::Customers.path(), false)))
    };
    let page = ConsolePage {
        staff: &staff,
        room: None,
        title: c::SEARCH.text(),
        status: StatusCode::OK,
        again_s: None,
    };
    Ok(page.show(&visit, &main))
}

async fn find(visit: &RequestContext, staff: &Staff, words: &str) -> Result<SearchResults, PageError> {
    let (needs, cx) = (&visit.web.needs, &visit.cx);
    let q = || Some(words.to_owned());
    let slice = || PageParams { limit: Some(EACH), cursor: None };
    let found_orders = async {
        if !ConsoleSection::Orders.is_open_to(staff) {
            return Ok(nothing());
        }
        let filter = Query(OrderFilter { q: q(), ..OrderFilter::default() });
        let selection = Query(OrderSelection::default());
        let Json(page) = needs.orders.call(cx, ListOrders { filter, selection, slice: slice() }).await?;
        Ok::<_, PageError>(page)
    };
    let found_products = async {
        if !ConsoleSection::Products.is_open_to(staff) {
            return Ok(nothing());
        }
        // sorted as in the section, so that the search can continue there
        let sort = Some(ProductSort::CreatedAtDown);
        let filter = Query(ProductFilter { q: q(), sort, ..ProductFilter::default() });
        let Json(page) = needs.products.call(cx, ListProducts { filter, slice: slice() }).await?;
        Ok(page.into())
    };
    let found_people = async {
        if !ConsoleSection::Customers.is_open_to(staff) {
            return Ok(nothing());
        }
        // sorted as in the section, so that the search can continue there
        let filter = Query(UserFilter { q: q(), role: Some(Role::Customer), ..UserFilter::default() });
        let Json(page) = needs.auth.call(cx, ListUsers { filter, slice: slice() }).await?;
        Ok(page)
    };
    let (orders, products, people) = try_join3(found_orders, found_products, found_people).await?;
    Ok(SearchResults { orders, products, people })
}

fn nothing<T>() -> Listed<T> {
    Listed { items: Vec::new(), next_cursor: None }
}
fn has_none<T>(found: &Listed<T>) -> bool {
    found.items.is_empty() && found.next_cursor.is_none()
}

/// The results of a section; where none of those that were read matches and there are more, a link to continue.
fn part<T>(
    room: ConsoleSection,
    words: &str,
    found: &Listed<T>,
    table: impl FnOnce(&[T]) -> Markup,
) -> Markup {
    let further = found.next_cursor.as_deref().filter(|_| found.items.is_empty());
    let place = address(room.path(), [("q", words), ("cursor", further.unwrap_or_default())]);
    html! {
        @if !has_none(found) {
            section.card.clip {
                div.card-head { h2 { (room.name()) } a.small href=(place) { @if found.items.is_empty() { (c::LOOK_FURTHER) } @else { (c::ALL_OF_THEM) } } }
                @if found.items.is_empty() { p.card-body.quiet { (c::NONE_SO_FAR) } }
                @else { (table(&found.items)) }
            }
        }
    }
}
