//! Draft orders, which staff prepare for a customer, for example on the telephone: created, edited, placed and deleted here.

mod rows;

use super::{address, crumbs, find, order_id, place};
use crate::{
    console::{
        components::{ActionError, based_on, faults, field_at, once},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{
        page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff, tokens::name_of,
    },
    texts::{self as t, console as c},
    ui::{
        address::{address, address_over, check_address, has_address},
        components::{ends, error_line, post},
        form::FieldErrors,
        format,
    },
};
use contracts::{
    Address,
    auth::{GetUser, User},
    orders::{
        Action, DeleteDraft, DraftChange, DraftLine, DraftOrder, Line, ListOrders, NewDraft, NewLine, Order,
        OrderFilter, OrderSelection, PlaceDraft, PlaceDraftRequest, UpdateDraft,
    },
    products::Product,
};
use endpoint::{
    Body, Conditional, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey, PageParams, Path, Permission,
    Query, client::CallError, http::StatusCode,
};
use futures_util::future::{join, try_join};
use kernel::{AmountInput, MoneyInput, id::UserId};
use maud::{Markup, html};

const DEED: &str = "draft";
/// How many of a customer's latest orders are searched for an address.
const LATEST: u16 = 5;
/// The names of a line's fields in orders and in the form.
const NAMES: [(&str, &str); 5] = [
    ("id-", "what-"),
    ("product_id-", "what-"),
    ("title-", "what-"),
    ("quantity-", "pieces-"),
    ("unit_price-", "price-"),
];

/// `GET /console/customers/{id}/draft`.
pub(crate) async fn show_form(visit: RequestContext, user: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    begin(&visit, &staff, &user, None).await
}

async fn begin(
    visit: &RequestContext,
    staff: &Staff,
    user: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let asked = try_join(customer(visit, user), rows::offered(visit));
    let (found, to) = join(asked, latest_address(visit, user)).await;
    let (user, offered) = found?;
    let (title, back) = (c::draft_for(&name_of(&user)), format!("/console/customers/{}", user.id));
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs {
                    li { a href=(ConsoleSection::Customers.path()) { (c::CUSTOMERS) } }
                    li.wrap-any { a href=(back) { (name_of(&user)) } }
                    li aria-current="page" { (c::DRAFT_AN_ORDER) }
                }
            }
        }
        div.c-head { h1.wrap-any { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner_by_row(rows::place_of)) }
        (post(visit.csrf(), &format!("/console/customers/{}/draft", user.id), "stack form-wide", form(visit, DraftForm::For(to.as_ref()), &offered, &back, trouble)))
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Customers, &title).with_status(status).show(visit, &main))
}

async fn customer(visit: &RequestContext, id: &str) -> Result<User, PageError> {
    let id: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    match visit.web.needs.auth.call(&visit.cx, GetUser { id: Path(id), known: IfNoneMatch(None) }).await? {
        Conditional::New { body, .. } => Ok(body),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// The address of the customer's latest order that has one: staff cannot read the account's addresses. None where orders does not
/// respond.
async fn latest_address(visit: &RequestContext, user: &str) -> Option<Address> {
    let selection = OrderSelection { user_id: Some(user.parse().ok()?), ..OrderSelection::default() };
    let (filter, slice) = (OrderFilter::default(), PageParams { limit: Some(LATEST), cursor: None });
    let request = ListOrders { filter: Query(filter), selection: Query(selection), slice };
    let Json(found) = visit.web.needs.orders.call(&visit.cx, request).await.ok()?;
    found.items.into_iter().find_map(|order| order.shipping_address)
}

/// The initial content of the form.
#[derive(Clone, Copy)]
enum DraftForm<'a> {
    /// A new draft, with the address of an earlier order.
    For(Option<&'a Address>),
    /// A stored draft and its ETag.
    Of(&'a Order, &'a str),
}

/// The form of a draft, with a link back.
fn form(
    visit: &RequestContext,
    begun: DraftForm<'_>,
    offered: &[Product],
    back: &str,
    trouble: Option<&ActionError>,
) -> Markup {
    let (order, etag, to) = match begun {
        DraftForm::For(to) => (None, "", to),
        DraftForm::Of(order, etag) => (Some(order), etag, order.shipping_address.as_ref()),
    };
    let faults = faults(trouble);
    let currency = visit.web.needs.settings.currency;
    let is_sent = visit.form.text("deed") == DEED;
    let filled = if is_sent { rows::sent(&visit.form, currency) } else { rows::of(order) };
    let note = order.and_then(|order| order.note.as_deref());
    html! {
        (once(visit, DEED, trouble))
        input type="hidden" name="etag" value=(etag);
        section.card id="lines" {
            div.card-head { h2 { (c::LINES) } }
            div.card-body.stack {
                p.hint { (c::DRAFT_LINES_HINT) }
                (rows::fields(filled, offered, currency, &faults))
                @if let Some(order) = order { (rows::todays(order, &visit.form)) }
                @if let Some(text) = faults.of("lines") { (error_line(None, text)) }
                @if let Some(order) = order.filter(|order| !order.adjustments.is_empty()) { (adjusted(order)) }
            }
        }
        section.card {
            div.card-head { h2 { (c::SHIPS_TO) " " span.quiet.small { (t::OPTIONAL) } } }
            div.card-body.stack {
                @if order.is_none() && to.is_some() && !is_sent { p.hint { (c::AS_IN_LATEST_ORDER) } }
                (address::fields(&visit.form, DEED, to, note, &faults))
            }
            div.card-foot { (ends(&html! { button.btn.btn-primary { (c::SAVE_DRAFT) } }, back, c::BACK.text())) }
        }
    }
}

/// The adjustments of its total, which saving does not change.
fn adjusted(order: &Order) -> Markup {
    html! {
        dl.money {
            @for adjustment in &order.adjustments {
                div.minus[adjustment.amount.minor < 0] { dt.wrap-any { (adjustment.title) } dd { (format::money(adjustment.amount)) } }
            }
            div.sum { dt { (c::TOTAL_AS_SAVED) } dd { (format::money(order.total)) } }
        }
    }
}

/// The valid part of the input: the lines, and the address in place of the stored one.
async fn read(
    visit: &RequestContext,
    lines: &[Line],
    stored: Option<&Address>,
) -> Result<Result<(Vec<DraftLine>, Option<Address>), ActionError>, PageError> {
    let mut wrong = FieldErrors::default();
    let lines = rows::lines(visit, lines, &mut wrong).await?;
    let sent = || stored.map_or_else(|| address(&visit.form), |stored| address_over(&visit.form, stored));
    let to = has_address(&visit.form).then(sent);
    if to.is_some() {
        check_address(&visit.form, stored, &mut wrong);
    }
    said_by_service(visit, &lines, to.as_ref(), &mut wrong);
    Ok(if wrong.is_empty() { Ok((lines, to)) } else { Err(ActionError::in_fields(wrong)) })
}

/// The errors that the service would report, for each row with a product.
fn said_by_service(
    visit: &RequestContext,
    lines: &[DraftLine],
    to: Option<&Address>,
    wrong: &mut FieldErrors,
) {
    let lines = Some(lines.to_vec()).filter(|lines| !lines.is_empty());
    let (shipping_address, note) = (Some(to.cloned()), visit.form.given("note"));
    let change = DraftChange { lines, shipping_address, note, ..DraftChange::default() };
    let mut said = FieldErrors::default();
    said.of_request_as(&change, field_at);
    for (field, what) in ActionError::in_fields(said).with_names(&NAMES).faults.iter() {
        let row = rows::place_of(field).map(|(row, _)| format!("what-{row}"));
        if row.is_none_or(|row| wrong.of(&row).is_none()) {
            wrong.add(field, what);
        }
    }
}

/// `POST /console/customers/{id}/draft`.
pub(crate) async fn create(visit: RequestContext, user: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let user_id = user.parse().map_err(|_| PageError::NotFound)?;
    // the form was filled with it
    let latest = latest_address(&visit, &user).await;
    let (lines, shipping_address) = match read(&visit, &[], latest.as_ref()).await? {
        Ok(read) => read,
        Err(trouble) => return begin(&visit, &staff, &user, Some(&trouble)).await,
    };
    let draft = NewDraft {
        user_id,
        lines: lines.into_iter().map(NewLine::from).collect(),
        adjustments: Vec::new(),
        shipping_address,
        note: visit.form.given("note"),
        metadata: Default::default(),
    };
    let request = DraftOrder { key: OptionalIdempotencyKey(Some(visit.form_key())), draft: Body(draft) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(made) => Ok(place(made.body.id, "drafted")),
        Err(error) => begin(&visit, &staff, &user, Some(&ActionError::of(error)?.with_names(&NAMES))).await,
    }
}

/// `GET /console/orders/{id}/draft`.
pub(crate) async fn edit(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    editing(&visit, &staff, &id, None).await
}

async fn editing(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let ((etag, order), offered) = try_join(find(visit, id), rows::offered(visit)).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Place) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id)));
    }
    let trouble = trouble.map(|trouble| trouble.clone().beside(&as_it_is(&order)));
    let trouble = trouble.as_ref();
    let etag = based_on(&visit.form, trouble, etag);
    let title = c::edit_draft(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::EDITING.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner_by_row(rows::place_of)) }
        (post(visit.csrf(), &format!("/console/orders/{}/draft", order.id), "stack form-wide", form(visit, DraftForm::Of(&order, &etag), &offered, &format!("/console/orders/{}", order.id), trouble)))
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

/// Lines and address in one line.
fn as_it_is(order: &Order) -> String {
    let lines = order.lines.iter().map(|line| t::times_of(line.quantity, &line.title));
    let rest = Some(address::as_it_is(order)).filter(|rest| !rest.is_empty());
    lines.chain(rest).collect::<Vec<_>>().join(", ")
}

/// `POST /console/orders/{id}/draft`: based on the version that was shown.
pub(crate) async fn save(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (_, order) = find(&visit, &id).await?;
    let (lines, shipping_address) = match read(&visit, &order.lines, order.shipping_address.as_ref()).await? {
        Ok(read) => read,
        Err(trouble) => return editing(&visit, &staff, &id, Some(&trouble)).await,
    };
    let note = Some(visit.form.text_or_stored("note", order.note.as_deref().unwrap_or_default()));
    let shipping_address = shipping_address.map(Some);
    let lines = Some(lines).filter(|lines| !rows::are_stored(lines, &order.lines));
    let change = DraftChange { lines, shipping_address, note, ..DraftChange::default() };
    let based_on = IfMatch(visit.form.given("etag"));
    let request = UpdateDraft { id: Path(order_id(&id)?), based_on, change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(saved) => Ok(place(saved.body.id, "saved")),
        Err(error) => {
            let trouble = ActionError::of(error)?.with_names(&NAMES);
            match trouble.is_overtaken() && is_saved(&visit, &id).await? {
                true => Ok(place(order.id, "saved")),
                false => editing(&visit, &staff, &id, Some(&trouble)).await,
            }
        }
    }
}

/// Whether the draft already has the content of the form, which was sent twice.
async fn is_saved(visit: &RequestContext, id: &str) -> Result<bool, PageError> {
    let (_, order) = find(visit, id).await?;
    let (stored, note) = (order.shipping_address.as_ref(), order.note.as_deref().unwrap_or_default());
    let Ok((lines, to)) = read(visit, &order.lines, stored).await? else { return Ok(false) };
    Ok(order.allowed.contains(&Action::Place)
        && rows::are_made(&lines, &order.lines)
        && to.is_none_or(|to| stored == Some(&to))
        && visit.form.text_or_stored("note", note) == note)
}

/// The actions for a draft, above its page.
pub(super) fn actions(visit: &RequestContext, order: &Order, etag: &str) -> Markup {
    let can = |action| order.allowed.contains(&action);
    let way = |what: &str| format!("/console/orders/{}/{what}", order.id);
    let placing = html! {
        input type="hidden" name="etag" value=(etag);
        input type="hidden" name="total" value=(order.total.decimal());
        button.btn.btn-primary { (c::place_for(&format::money(order.total))) }
    };
    html! {
        @if can(Action::Place) {
            (post(visit.csrf(), &way("place"), "", placing))
            a.btn href=(way("draft")) { (c::EDIT) }
        }
        @if can(Action::Delete) { a.btn.btn-danger href=(way("delete")) { (c::DELETE_DRAFT) } }
    }
}

/// `POST /console/orders/{id}/place`: the version that was shown, at the total that was shown, and once however often it is sent.
pub(crate) async fn submit(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let currency = visit.web.needs.settings.currency;
    let expected_total = AmountInput::read(visit.form.text("total"), currency).ok().map(MoneyInput::from);
    let placing = Body(PlaceDraftRequest { expected_total, ..PlaceDraftRequest::default() });
    let based_on = IfMatch(visit.form.given("etag"));
    let request = PlaceDraft { id: Path(order_id(&id)?), based_on, placing };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(placed) => Ok(place(placed.body.id, "placed")),
        Err(error) => super::again(&visit, &staff, &id, ActionError::of(error)?).await,
    }
}

/// `GET /console/orders/{id}/delete`.
pub(crate) async fn show_deletion(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    deleting(&visit, &staff, &id, None).await
}

async fn deleting(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, order) = find(visit, id).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Delete) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id)));
    }
    let deed = html! { button.btn.btn-danger.btn-primary { (c::DELETE_DRAFT_NOW) } };
    let form = html! {
        input type="hidden" name="etag" value=(etag);
        p { (c::DELETE_DRAFT_CONSEQUENCE) }
        (ends(&deed, &format!("/console/orders/{}", order.id), c::KEEP_IT.text()))
    };
    let title = c::delete_draft_question(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::DELETING.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/delete", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

/// `POST /console/orders/{id}/delete`: based on the version that was shown.
pub(crate) async fn delete(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let request = DeleteDraft { id: Path(order_id(&id)?), based_on: IfMatch(visit.form.given("etag")) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(PageResponse::redirect("/console/orders?status=draft")),
        Err(CallError::Problem(problem)) if problem.status == 404 => {
            Ok(PageResponse::redirect("/console/orders?status=draft"))
        }
        Err(error) => deleting(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}
