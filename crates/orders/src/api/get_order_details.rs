//! `GET /v1/orders/{id}/whole`: an order with all that orders keeps about it, for a page about it.
//!
//! These are several reads, and not of one moment as an audit's are ([`db::Db::snapshot`]): that takes one of the few
//! connections for as long as it lasts, and a copy of a database in memory, which is too much for a page. The history,
//! read last, says whether the order has changed since it was read first: then all of it is read again.

use super::{list_fulfilments, list_history::history};
use crate::{Orders, store, transition::order::OrderState, workflows::access};
use contracts::{
    fulfilments::Fulfilment,
    orders::{GetOrderDetails, Note, OrderDetails},
};
use endpoint::{
    CommonError, FieldError, HandlerError, Json, Page, PageParams, Path, Permission, Query, etag,
};
use kernel::{
    Id,
    id::{NoteId, OrderId},
};
use ordo_http::{Call, HandlerResult, page};
use uuid::Uuid;

/// What cursors of its notes are sealed for, with the order.
const NOTES: &str = "read_whole_order_notes";

/// Together the notes have about so many bytes at most, and are one at least: each may be as long as a page.
const NOTES_BYTES_MAX: usize = 11_000;

/// How often it is read where it changes all the time; then what was read last is told, of more than one moment.
const TRIES: usize = 5;

pub(super) async fn get_order_details(
    s: Orders,
    call: Call,
    asked: GetOrderDetails,
) -> HandlerResult<GetOrderDetails> {
    let GetOrderDetails { id: Path(id), further: Query(further) } = asked;
    let noted_before: NoteId = match &further.notes_cursor {
        Some(cursor) => s.cursors.open(&(NOTES, id), cursor).map_err(|_| {
            let what = "send the next_cursor of the notes of this order";
            CommonError::InvalidRequest { errors: vec![FieldError::invalid("?notes_cursor", what)] }
        })?,
        None => Id::from_uuid(Uuid::max()),
    };
    for _ in 1..TRIES {
        let whole = read(&s, &call, id, noted_before).await?;
        if is_of_one_moment(&s, &whole).await? {
            return Ok(Json(whole));
        }
    }
    read(&s, &call, id, noted_before).await.map(Json)
}

async fn read<X>(
    s: &Orders,
    call: &Call,
    id: OrderId,
    noted_before: NoteId,
) -> Result<OrderDetails, HandlerError<X>> {
    // who may see the order may see all of it; that is asked once
    let (order, person) = access::visible(s, call, id).await?;
    let first = PageParams { limit: Some(PageParams::MOST), cursor: None };
    let RelatedPages { fulfilments, notes, customer_orders } =
        beside(s, call, id, &first, noted_before).await?;
    let history = history(s, call, &order, &person, &first).await?;
    let view = access::shown(call, &order, &person);
    let etag = etag::of_shown(&[order.version], &view);
    // a guest is another one with each basket: that there is one order of them tells nothing
    let is_guests = view.guest_id == Some(view.user_id);
    let customer_orders = customer_orders.filter(|_| !is_guests);
    let is_draft = order.state == OrderState::Draft;
    let payment_within_s = is_draft.then_some(s.settings.payment_due.as_secs());
    Ok(OrderDetails { order: view, etag, history, fulfilments, notes, payment_within_s, customer_orders })
}

struct RelatedPages {
    fulfilments: Page<Fulfilment>,
    notes: Page<Note>,
    customer_orders: Option<i64>,
}

/// The first of its fulfilments, and for those who may read them the notes, and what its customer has ordered.
async fn beside<X>(
    s: &Orders,
    call: &Call,
    id: OrderId,
    first: &PageParams,
    noted_before: NoteId,
) -> Result<RelatedPages, HandlerError<X>> {
    if !call.holds(Permission::Orders) {
        let fulfilments = list_fulfilments::fulfilments(s, id, first).await?;
        let notes = Page { items: Vec::new(), next_cursor: None };
        return Ok(RelatedPages { fulfilments, notes, customer_orders: None });
    }
    let newest = PageParams { limit: Some(OrderDetails::NOTES_MAX), cursor: None };
    let one_more = |slice: &PageParams| slice.count() as i64 + 1;
    let found =
        store::order_page::of_order(&s.db, id, one_more(first), one_more(&newest), noted_before).await?;
    let newest = PageParams { limit: Some(as_many_as_fit(&found.notes)), ..newest };
    Ok(RelatedPages {
        fulfilments: list_fulfilments::page_of(s, id, first, found.fulfilments),
        notes: page(&newest, found.notes, |last| s.cursors.seal(&(NOTES, id), &last.id)),
        customer_orders: Some(found.customer_orders),
    })
}

/// How many of these fit on a page.
fn as_many_as_fit(notes: &[Note]) -> u16 {
    let mut bytes = 0;
    let fits = notes.iter().take_while(|note| {
        bytes += note.text.len();
        bytes <= NOTES_BYTES_MAX
    });
    u16::try_from(fits.count()).unwrap_or(u16::MAX).clamp(1, OrderDetails::NOTES_MAX)
}

/// Whether nothing has happened between the first read and the last: each version has its event, and what happens to a
/// parcel happens to its order. Where there are more events than a page holds, the order tells it.
async fn is_of_one_moment(s: &Orders, whole: &OrderDetails) -> db::Result<bool> {
    let version = whole.order.version;
    if whole.history.next_cursor.is_none() {
        return Ok(whole.history.items.last().is_some_and(|item| item.sequence == version));
    }
    let id = whole.order.id;
    Ok(store::audit::versions(&s.db, &[id]).await?.get(&id) == Some(&version))
}
