//! `GET /v1/orders/{id}/history`: what happened to an order, oldest first.

use crate::{
    Orders,
    order::{Order, PersonalData},
    workflows::access,
};
use contracts::{
    events::{Event, EventType},
    orders::{HistoryItem, ListHistory},
};
use endpoint::{HandlerError, Json, Page, PageParams, Path};
use kernel::Timestamp;
use ordo_http::{Call, HandlerResult, page};

pub(super) async fn list_history(s: Orders, call: Call, asked: ListHistory) -> HandlerResult<ListHistory> {
    let ListHistory { id: Path(id), slice } = asked;
    let (order, person) = access::visible(&s, &call, id).await?;
    history(&s, &call, &order, &person, &slice).await.map(Json)
}

/// A page of it; whether the caller may see it has been asked.
pub(super) async fn history<X>(
    s: &Orders,
    call: &Call,
    order: &Order,
    person: &PersonalData,
    slice: &PageParams,
) -> Result<Page<HistoryItem>, HandlerError<X>> {
    let viewer = access::viewer(call);
    let purpose = ("read_history", order.id);
    let after: i64 = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => 0,
    };
    let events = s.journal.history(order.id, after, slice.count() as i64 + 1).await?;
    let items = events
        .into_iter()
        .map(|event| HistoryItem {
            sequence: event.version(),
            remark: person.remark_at(event.version(), viewer),
            kind: event.kind.to_string(),
            at: happened_at(order, &event),
            actor: event.actor,
            data: event.data,
        })
        .collect();
    let Page { items, next_cursor } =
        page(slice, items, |last: &HistoryItem| s.cursors.seal(&purpose, &last.sequence));
    Ok(Page { items, next_cursor })
}

/// When it happened: what an import placed was placed in its old system.
fn happened_at(order: &Order, event: &Event) -> Timestamp {
    let is_imported = event.kind == EventType::OrderPlaced && event.actor == flow::IMPORT;
    if is_imported { order.created_at } else { event.time }
}
