//! An order with all that a page about it shows: of what staff noted the newest, page by page.

use crate::shown::Stop;
use contracts::{
    fulfilments::{Fulfilment, ListFulfilments},
    orders::{GetOrder, HistoryItem, ListNotes, ReadHistory, ReadWholeOrder, WholeOrder, WholeOrderFurther},
};
use endpoint::{
    Context, Fresh, IfNoneMatch, Json, Page, Path, Query, Slice,
    client::{CallError, Client},
};
use futures_util::future::try_join3;
use kernel::id::OrderId;

/// Of an order of more events, more parcels or more refunds, the last are not shown: a page for a person is not read for ever.
const PAGES_MAX: usize = 10;

/// Reads it by one request, and by further ones where its history or its parcels are more than a page of them. Orders of version
/// 0.1.0, which may run beside this one while a shop is brought up to date, knows no such request: there it is read piece by piece.
pub(crate) async fn read(
    orders: &Client,
    cx: &Context,
    id: OrderId,
    notes_cursor: Option<String>,
) -> Result<WholeOrder, Stop> {
    let further = Query(WholeOrderFurther { notes_cursor });
    let mut whole = match orders.call(cx, ReadWholeOrder { id: Path(id), further }).await {
        Ok(Json(whole)) => whole,
        // either the order is not there, or the request: that the pieces say
        Err(CallError::Problem(problem)) if problem.status == 404 => in_pieces(orders, cx, id).await?,
        Err(error) => return Err(error.into()),
    };
    complete(&mut whole.history, |cursor| history(orders, cx, id, Some(cursor))).await?;
    complete(&mut whole.fulfilments, |cursor| fulfilments(orders, cx, id, Some(cursor))).await?;
    Ok(whole)
}

/// The parcels of an order, oldest first.
pub(crate) async fn parcels(orders: &Client, cx: &Context, id: OrderId) -> Result<Vec<Fulfilment>, Stop> {
    let mut first = fulfilments(orders, cx, id, None).await?;
    complete(&mut first, |cursor| fulfilments(orders, cx, id, Some(cursor))).await?;
    Ok(first.items)
}

/// Adds the pages that follow.
pub(crate) async fn complete<T, F: Future<Output = Result<Page<T>, Stop>>>(
    first: &mut Page<T>,
    after: impl Fn(String) -> F,
) -> Result<(), Stop> {
    for _ in 1..PAGES_MAX {
        let Some(cursor) = first.next_cursor.take() else { break };
        let more = after(cursor).await?;
        first.items.extend(more.items);
        first.next_cursor = more.next_cursor;
    }
    Ok(())
}

async fn history(
    orders: &Client,
    cx: &Context,
    id: OrderId,
    cursor: Option<String>,
) -> Result<Page<HistoryItem>, Stop> {
    let slice = Slice { limit: Some(Slice::MOST), cursor };
    Ok(orders.call(cx, ReadHistory { id: Path(id), slice }).await?.0)
}

async fn fulfilments(
    orders: &Client,
    cx: &Context,
    id: OrderId,
    cursor: Option<String>,
) -> Result<Page<Fulfilment>, Stop> {
    let slice = Slice { limit: Some(Slice::MOST), cursor };
    Ok(orders.call(cx, ListFulfilments { id: Path(id), slice }).await?.0)
}

async fn in_pieces(orders: &Client, cx: &Context, id: OrderId) -> Result<WholeOrder, Stop> {
    let (id, slice) = (|| Path(id), || Slice { limit: Some(Slice::MOST), cursor: None });
    let known = IfNoneMatch(None);
    let Fresh::New { etag, body: order } = orders.call(cx, GetOrder { id: id(), known }).await? else {
        return Err(Stop::Unavailable);
    };
    let notes = async {
        match orders.call(cx, ListNotes { id: id(), slice: slice() }).await {
            // it lists them from the oldest alone: what is beyond a page of them is not shown while both run
            Ok(Json(Page { items, .. })) => {
                Ok(Page { items: items.into_iter().rev().collect(), next_cursor: None })
            }
            // they are for staff
            Err(CallError::Problem(problem)) if matches!(problem.status, 401 | 403 | 404) => {
                Ok(Page { items: Vec::new(), next_cursor: None })
            }
            Err(error) => Err(error),
        }
    };
    let history = history(orders, cx, order.id, None);
    let fulfilments = fulfilments(orders, cx, order.id, None);
    let notes = async { Ok::<_, Stop>(notes.await?) };
    let (history, fulfilments, notes) = try_join3(history, fulfilments, notes).await?;
    Ok(WholeOrder { order, etag, history, fulfilments, notes, payment_within_s: None, customer_orders: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use endpoint::{
        http::{Request, Response},
        transport::{Sent, Transport},
    };
    use serde_json::{Value, json};
    use std::{
        sync::{Arc, Mutex},
        time::Duration,
    };
    use testkit::world::env;

    /// Orders of version 0.1.0 with one order in it.
    #[derive(Default)]
    struct Old {
        has_order: bool,
        shows_notes: bool,
        asked: Mutex<Vec<String>>,
    }

    impl Old {
        fn answer(&self, path: &str) -> (u16, Value) {
            let at = "2026-11-01T00:00:00Z";
            let list = |items: Value| (200, json!({"items": items, "next_cursor": null}));
            let nothing = json!({"amount": "0.00", "currency": "EUR"});
            let last = path.rsplit('/').next().unwrap_or_default();
            match last {
                "history" => list(
                    json!([{"sequence": 1, "type": "order.placed", "at": at, "actor": "system", "data": {}}]),
                ),
                "fulfilments" => list(json!([])),
                "notes" if self.shows_notes => list(json!([])),
                "notes" => (403, json!({"code": "forbidden"})),
                id if id.starts_with("ord_") && self.has_order => (
                    200,
                    json!({
                        "id": id, "number": 1001, "user_id": "usr_00000000000000000000000000", "status": "pending",
                        "payment_status": "unpaid", "fulfilment_status": "unfulfilled", "lines": [],
                        "adjustments": [], "total": nothing, "owed": nothing, "allowed": ["pay"], "metadata": {},
                        "version": 1, "created_at": at, "updated_at": at,
                    }),
                ),
                _ => (404, json!({"code": "not_found"})),
            }
        }
    }

    impl Transport for Old {
        fn send<'a>(&'a self, _: &'a str, request: Request<Bytes>) -> Sent<'a> {
            let path = request.uri().path().to_owned();
            let (status, body) = self.answer(&path);
            self.asked.lock().unwrap().push(path);
            let response = Response::builder().status(status).header("etag", "\"1-x\"");
            Box::pin(async move { Ok(response.body(body.to_string().into()).unwrap()) })
        }
    }

    async fn read_from(old: Old) -> (Result<WholeOrder, Stop>, usize) {
        let (old, env) = (Arc::new(old), env());
        let client = Client::new(old.clone(), &["here"], env.clone());
        let cx = Context::background(&env, Duration::from_secs(5));
        let read = read(&client, &cx, env.id(), None).await;
        let asked = old.asked.lock().unwrap().len();
        (read, asked)
    }

    #[tokio::test]
    async fn where_orders_is_older_the_order_is_read_in_pieces() {
        for shows_notes in [true, false] {
            let (read, asked) = read_from(Old { has_order: true, shows_notes, ..Old::default() }).await;
            let whole = read.unwrap_or_else(|_| panic!("it is there"));
            assert_eq!((whole.order.number, whole.etag.as_str()), (1001, "\"1-x\""));
            let seen = (whole.history.items.len(), whole.fulfilments.items.len(), whole.notes.items.len());
            assert_eq!((seen, asked), ((1, 0, 0), 5));
        }
    }

    #[tokio::test]
    async fn an_order_that_is_not_there_is_not_there_in_pieces_either() {
        let (read, asked) = read_from(Old::default()).await;
        assert!(matches!(read, Err(Stop::NotFound)));
        assert_eq!(asked, 2);
    }
}
