//! Customers: their accounts and their orders.

use super::{
    components::{address, chip, mails_in},
    frame::{ConsolePage, ConsoleSection},
    orders::table::table_of_one,
    paging::PageLinks,
};
use crate::{
    session::{
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
        staff::{Staff, initials},
        tokens::name_of,
    },
    texts::{self as t, console as c},
    ui::{
        components::{banner, day, empty, further},
        form::WORDS_MAX,
        icons,
    },
};
use contracts::{
    auth::{GetUser, ListUsers, Role, User, UserFilter},
    orders::{ListOrders, OrderFilter, OrderSelection},
};
use endpoint::{Conditional, IfNoneMatch, Json, PageParams, Path, Permission, Query, client::CallError};
use maud::{Markup, html};

const PATH: &str = "/console/customers";
/// The list in which a customer is chosen for a draft order.
pub(super) const FOR_AN_ORDER: &str = "/console/customers?for=order";
const SHOWN: u16 = 25;
const ORDERS: u16 = 10;

/// Requires a permission for orders or for accounts.
async fn allowed(visit: &RequestContext) -> Result<Staff, PageError> {
    let staff = Staff::of(visit).await?;
    if ConsoleSection::Customers.is_open_to(&staff) { Ok(staff) } else { Err(PageError::Forbidden) }
}

/// `GET /console/customers`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = allowed(&visit).await?;
    let words = visit.query.given("q").filter(|words| words.chars().count() <= WORDS_MAX);
    let turned = PageLinks::of(&visit);
    let filter = UserFilter { q: words.clone(), role: Some(Role::Customer), ..UserFilter::default() };
    let request = ListUsers {
        filter: Query(filter),
        slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() },
    };
    let q = words.as_deref().unwrap_or_default();
    let drafts = visit.query.text("for") == "order" && staff.may(Permission::Orders);
    let purpose = if drafts { "order" } else { "" };
    let way = |q: &str| address(PATH, [("q", q), ("for", purpose)]);
    let Json(found) = match visit.web.needs.auth.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(way(q)));
        }
        found => found?,
    };
    let next = turned.then(&way(q), found.next_cursor.as_deref(), found.items.len());
    let main = html! {
        div.c-head { h1 { (c::CUSTOMERS) } }
        @if drafts { (banner("", c::WHO_IS_IT_FOR.text(), html! { p { (c::WHO_IS_IT_FOR_MORE) } })) }
        form.filters method="get" role="search" action=(PATH) aria-label=(c::FILTER_CUSTOMERS) {
            @if drafts { input type="hidden" name="for" value=(purpose); }
            label.search {
                (icons::SEARCH)
                input.input type="search" name="q" value=(q) maxlength=(WORDS_MAX) aria-label=(c::SEARCH_CUSTOMERS)
                    placeholder=(c::SEARCH_CUSTOMERS);
            }
            @if !q.is_empty() { (chip(&c::quoted(q), &way(""))) }
        }
        @if let Some(next) = next.as_deref().filter(|_| found.items.is_empty()) { (further(next, true)) }
        @else if found.items.is_empty() {
            @if q.is_empty() { (empty(c::NO_CUSTOMERS.text(), c::NO_CUSTOMERS_MORE.text(), None)) }
            @else if drafts { (empty(c::NOBODY_FITS.text(), c::NOBODY_TO_DRAFT_FOR.text(), Some(("/", c::OPEN_THE_SHOP.text())))) }
            @else { (empty(c::NOBODY_FITS.text(), c::NOBODY_FITS_MORE.text(), Some((&way(""), c::CLEAR_FILTERS.text())))) }
        } @else {
            div.card.clip {
                (table(&found.items, PATH, false))
                (turned.pager(&way(q), next.as_deref()))
            }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Customers, c::CUSTOMERS.text()).show(&visit, &main))
}

/// Accounts as a table, with their permissions where they are staff.
pub(super) fn table(users: &[User], path: &str, with_role: bool) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::ACCOUNTS) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::NAME) }
                        th role="columnheader" scope="col" { (t::EMAIL) }
                        @if with_role { th role="columnheader" scope="col" { (c::PERMISSIONS) } }
                        th role="columnheader" scope="col" { (c::SINCE) }
                    }
                }
                tbody role="rowgroup" { @for user in users { (row(user, path, with_role)) } }
            }
        }
    }
}

fn row(user: &User, path: &str, with_role: bool) -> Markup {
    let name = name_of(user);
    html! {
        tr role="row" {
            th.title-cell role="rowheader" scope="row" {
                span.row.row-tight.gap-2 {
                    span.avatar aria-hidden="true" { (initials(&name)) }
                    span.clip {
                        a.lead.wrap-any href={ (path) "/" (user.id) } { (name) }
                        @if let Some(username) = &user.username { br; span.faint.small.wrap-any { (username) } }
                    }
                    @if !user.active { span.badge { (c::SWITCHED_OFF) } }
                }
            }
            td.fold-2.wrap-any role="cell" { (user.email.as_deref().unwrap_or("–")) }
            @if with_role { td.fold-2 role="cell" { (c::may(user.role, &user.permissions)) } }
            td.fold-2.quiet.nowrap role="cell" data-l=(c::SINCE) { (day(user.created_at)) }
        }
    }
}

/// An account and its ETag.
pub(super) async fn find(visit: &RequestContext, id: &str) -> Result<(String, User), PageError> {
    let id = Path(id.parse().map_err(|_| PageError::NotFound)?);
    match visit.web.needs.auth.call(&visit.cx, GetUser { id, known: IfNoneMatch(None) }).await? {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// `GET /console/customers/{id}`.
pub(crate) async fn one(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = allowed(&visit).await?;
    let (_, user) = find(&visit, &id).await?;
    let sees_orders = staff.may(Permission::Orders);
    let (found, has_more) = match sees_orders {
        false => (Vec::new(), false),
        true => {
            let selection = OrderSelection { user_id: Some(user.id), ..OrderSelection::default() };
            let slice = PageParams { limit: Some(ORDERS), cursor: None };
            let (filter, selection) = (Query(OrderFilter::default()), Query(selection));
            let Json(found) =
                visit.web.needs.orders.call(&visit.cx, ListOrders { filter, selection, slice }).await?;
            (found.items, found.next_cursor.is_some())
        }
    };
    let name = name_of(&user);
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs { li { a href=(PATH) { (c::CUSTOMERS) } } li.wrap-any aria-current="page" { (name) } }
            }
        }
        div.c-head {
            span.avatar aria-hidden="true" { (initials(&name)) }
            h1.wrap-any { (name) }
            @if !user.active { span.badge { (c::SWITCHED_OFF) } }
            span.push {
                @if sees_orders && user.active && user.role == Role::Customer { a.btn href={ (PATH) "/" (user.id) "/draft" } { (icons::PLUS) (c::DRAFT_AN_ORDER) } }
                @if staff.is_admin() { a.btn href={ "/console/staff/" (user.id) } { (c::ROLE_AND_PERMISSIONS) } }
            }
        }
        div.split {
            div.stack {
                @if sees_orders {
                    section.card.clip {
                        div.card-head {
                            h2 { (c::LATEST_ORDERS) }
                            @if has_more {
                                a.small href=(address(ConsoleSection::Orders.path(), [("customer", user.id.to_string().as_str())])) { (c::ALL_ORDERS) }
                            }
                        }
                        @if found.is_empty() { p.card-body.quiet { (c::ORDERED_NOTHING) } }
                        @else { (table_of_one(&found)) }
                    }
                }
            }
            aside.stack.stay aria-label=(c::ABOUT_THE_ACCOUNT) {
                section.card {
                    div.card-head { h2 { (c::ACCOUNT) } }
                    div.card-body {
                        dl.facts {
                            div { dt { (t::EMAIL) } dd.wrap-any { (user.email.as_deref().unwrap_or("–")) } }
                            @if let Some(username) = &user.username { div { dt { (t::USERNAME) } dd.wrap-any { (username) } } }
                            div { dt { (c::ROLE) } dd { (c::may(user.role, &user.permissions)) } }
                            div { dt { (c::SINCE) } dd { (day(user.created_at)) } }
                            @if let Some(language) = user.language { (mails_in(language)) }
                        }
                    }
                }
            }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Customers, &name).show(&visit, &main))
}
