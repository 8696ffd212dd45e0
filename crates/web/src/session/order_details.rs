//! Orders as pages read them: with history, parcels, notes, refunds and products.

use crate::session::{page_error::PageError, request::RequestContext};
use contracts::{
    fulfilments::{Fulfilment, ListFulfilments},
    orders::{
        GetOrder, GetOrderDetails, HistoryItem, ListHistory, ListNotes, ListRefundsOfOrder, Order,
        OrderDetails, OrderDetailsParams,
    },
    payments::Refund,
    products::Product,
    reservations::{LookUpProducts, ProductIds},
};
use endpoint::{
    Body, Conditional, Context, IfNoneMatch, Json, Page, PageParams, Path, Query,
    client::{CallError, Client},
};
use futures_util::future::try_join3;
use kernel::id::{OrderId, ProductId};
use std::collections::{BTreeMap, BTreeSet};

/// How many pages of events, parcels or refunds are read; the rest is not shown.
const PAGES_MAX: usize = 10;

/// Reads an order by one request, and by more where its history or its parcels fill more than a page. Orders of version 0.1.0, which
/// may run beside this version during an upgrade, does not have that request: there the parts are read one by one.
pub(crate) async fn read(
    orders: &Client,
    cx: &Context,
    id: OrderId,
    notes_cursor: Option<String>,
) -> Result<OrderDetails, PageError> {
    let further = Query(OrderDetailsParams { notes_cursor });
    let mut whole = match orders.call(cx, GetOrderDetails { id: Path(id), further }).await {
        Ok(Json(whole)) => whole,
        // the order or the request does not exist: reading the parts tells which
        Err(CallError::Problem(problem)) if problem.status == 404 => in_pieces(orders, cx, id).await?,
        Err(error) => return Err(error.into()),
    };
    complete(&mut whole.history, |cursor| history(orders, cx, id, Some(cursor))).await?;
    complete(&mut whole.fulfilments, |cursor| fulfilments(orders, cx, id, Some(cursor))).await?;
    Ok(whole)
}

/// The parcels of an order, oldest first.
pub(crate) async fn parcels(
    orders: &Client,
    cx: &Context,
    id: OrderId,
) -> Result<Vec<Fulfilment>, PageError> {
    let mut first = fulfilments(orders, cx, id, None).await?;
    complete(&mut first, |cursor| fulfilments(orders, cx, id, Some(cursor))).await?;
    Ok(first.items)
}

/// Appends the pages that follow.
pub(crate) async fn complete<T, F: Future<Output = Result<Page<T>, PageError>>>(
    first: &mut Page<T>,
    after: impl Fn(String) -> F,
) -> Result<(), PageError> {
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
) -> Result<Page<HistoryItem>, PageError> {
    let slice = PageParams { limit: Some(PageParams::MOST), cursor };
    Ok(orders.call(cx, ListHistory { id: Path(id), slice }).await?.0)
}

async fn fulfilments(
    orders: &Client,
    cx: &Context,
    id: OrderId,
    cursor: Option<String>,
) -> Result<Page<Fulfilment>, PageError> {
    let slice = PageParams { limit: Some(PageParams::MOST), cursor };
    Ok(orders.call(cx, ListFulfilments { id: Path(id), slice }).await?.0)
}

async fn in_pieces(orders: &Client, cx: &Context, id: OrderId) -> Result<OrderDetails, PageError> {
    let (id, slice) = (|| Path(id), || PageParams { limit: Some(PageParams::MOST), cursor: None });
    let known = IfNoneMatch(None);
    let Conditional::New { etag, body: order } = orders.call(cx, GetOrder { id: id(), known }).await? else {
        return Err(PageError::Unavailable);
    };
    let notes = async {
        match orders.call(cx, ListNotes { id: id(), slice: slice() }).await {
            // version 0.1.0 lists the oldest first: what is beyond a page is not shown while both versions run
            Ok(Json(Page { items, .. })) => {
                Ok(Page { items: items.into_iter().rev().collect(), next_cursor: None })
            }
            // only staff can read notes
            Err(CallError::Problem(problem)) if matches!(problem.status, 401 | 403 | 404) => {
                Ok(Page { items: Vec::new(), next_cursor: None })
            }
            Err(error) => Err(error),
        }
    };
    let history = history(orders, cx, order.id, None);
    let fulfilments = fulfilments(orders, cx, order.id, None);
    let notes = async { Ok::<_, PageError>(notes.await?) };
    let (history, fulfilments, notes) = try_join3(history, fulfilments, notes).await?;
    Ok(OrderDetails {
        order,
        etag,
        history,
        fulfilments,
        notes,
        payment_within_s: None,
        customer_orders: None,
    })
}

/// An order of the customer.
pub(crate) async fn find(visit: &RequestContext, id: &str) -> Result<Order, PageError> {
    Ok(find_tagged(visit, id).await?.1)
}

/// An order of the customer, with its ETag.
pub(crate) async fn find_tagged(visit: &RequestContext, id: &str) -> Result<(String, Order), PageError> {
    let id = Path(id.parse::<OrderId>().map_err(|_| PageError::NotFound)?);
    match visit.web.needs.orders.call(&visit.cx, GetOrder { id, known: IfNoneMatch(None) }).await? {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// All refunds of an order, in any status; without a call where nothing was captured.
pub(crate) async fn all_refunds_of(visit: &RequestContext, order: &Order) -> Result<Vec<Refund>, PageError> {
    if order.payment.as_ref().is_none_or(|payment| payment.captured.minor == 0) {
        return Ok(Vec::new());
    }
    let page = |cursor| async move {
        let slice = PageParams { limit: Some(PageParams::MOST), cursor };
        let list = ListRefundsOfOrder { id: Path(order.id), slice };
        Ok::<_, PageError>(visit.web.needs.orders.call(&visit.cx, list).await?.0)
    };
    let mut all = page(None).await?;
    complete(&mut all, |cursor| page(Some(cursor))).await?;
    Ok(all.items)
}

/// All refunds of an order; none where payments does not respond.
pub(crate) async fn refunds_of(visit: &RequestContext, order: &Order) -> Vec<Refund> {
    all_refunds_of(visit, order).await.unwrap_or_default()
}

/// The products of an order that are on sale; none where products does not respond.
pub(crate) async fn products_of(visit: &RequestContext, order: &Order) -> BTreeMap<ProductId, Product> {
    let ids: BTreeSet<ProductId> = order.lines.iter().filter_map(|line| line.product_id).collect();
    if ids.is_empty() {
        return BTreeMap::new();
    }
    let wanted = Body(ProductIds { ids: ids.into_iter().collect() });
    let cx = visit.as_nobody();
    let found = visit.web.needs.shelves.call(&cx, LookUpProducts { wanted }).await;
    let items = found.map(|Json(found)| found.items).unwrap_or_default();
    items.into_iter().map(|product| (product.id, product)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use endpoint::{
        http::{Request, Response},
        transport::{SendFuture, Transport},
    };
    use serde_json::{Value, json};
    use std::{
        sync::{Arc, Mutex},
        time::Duration,
    };
    use testkit::real_env::env;

    const AT: &str = "2026-11-01T00:00:00Z";
    /// The cursor of the second page.
    const SECOND: &str = "the-second";

    /// Orders with one order in it, whose history and whose parcels are two pages each.
    #[derive(Default)]
    struct FakeOrderService {
        has_order: bool,
        shows_notes: bool,
        /// Since version 0.1.0 it can be asked for all of an order at once.
        reads_whole: bool,
        asked: Mutex<Vec<String>>,
    }

    impl FakeOrderService {
        fn answer(&self, path: &str, query: &str) -> (u16, Value) {
            let mut names = path.split('/').skip(3);
            match (names.next().filter(|_| self.has_order), names.next()) {
                (Some(id), None) => (200, order(id)),
                (Some(id), Some("whole")) if self.reads_whole => (200, self.whole(id)),
                (Some(_), Some("history")) => page(query, event),
                (Some(id), Some("fulfilments")) => page(query, |n| parcel(id, n)),
                (Some(_), Some("notes")) if self.shows_notes => (200, nothing()),
                (Some(_), Some("notes")) => (403, json!({"code": "forbidden"})),
                _ => (404, json!({"code": "not_found"})),
            }
        }
        fn whole(&self, id: &str) -> Value {
            let first = |of: &dyn Fn(u32) -> Value| page("limit=200", of).1;
            let (history, parcels) = (first(&event), first(&|n| parcel(id, n)));
            json!({"order": order(id), "etag": "\"1-x\"", "history": history, "fulfilments": parcels, "notes": nothing()})
        }
    }

    fn order(id: &str) -> Value {
        let nothing = json!({"amount": "0.00", "currency": "EUR"});
        json!({
            "id": id, "number": 1001, "user_id": "usr_00000000000000000000000000", "status": "pending",
            "payment_status": "unpaid", "fulfilment_status": "unfulfilled", "lines": [], "adjustments": [],
            "total": nothing, "owed": nothing, "allowed": ["pay"], "metadata": {}, "version": 1,
            "created_at": AT, "updated_at": AT,
        })
    }
    fn event(n: u32) -> Value {
        json!({"sequence": n, "type": "order.placed", "at": AT, "actor": "system", "data": {}})
    }
    fn parcel(order: &str, n: u32) -> Value {
        let id = format!("ful_{n:026}");
        json!({"id": id, "order_id": order, "status": "pending", "lines": [], "version": n, "created_at": AT, "updated_at": AT})
    }
    fn nothing() -> Value {
        json!({"items": [], "next_cursor": null})
    }
    /// The first and the second of a list, or the third alone where the cursor is that of the second page.
    fn page(query: &str, one: impl Fn(u32) -> Value) -> (u16, Value) {
        match query {
            "limit=200" => (200, json!({"items": [one(1), one(2)], "next_cursor": SECOND})),
            "limit=200&cursor=the-second" => (200, json!({"items": [one(3)], "next_cursor": null})),
            _ => (400, json!({"code": "invalid_cursor"})),
        }
    }

    impl Transport for FakeOrderService {
        fn send<'a>(&'a self, _: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
            let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
            let (status, body) = self.answer(path, query);
            self.asked.lock().unwrap().push(request.uri().to_string());
            let response = Response::builder().status(status).header("etag", "\"1-x\"");
            Box::pin(async move { Ok(response.body(body.to_string().into()).unwrap()) })
        }
    }

    /// A client of it, and what it was asked by then.
    fn client(kept: FakeOrderService) -> (Client, Context, OrderId, impl Fn() -> usize) {
        let (kept, env) = (Arc::new(kept), env());
        let client = Client::new(kept.clone(), &["here"], env.clone());
        let cx = Context::background(&env, Duration::from_secs(5));
        (client, cx, env.id(), move || kept.asked.lock().unwrap().len())
    }

    async fn read_from(kept: FakeOrderService) -> (Result<OrderDetails, PageError>, usize) {
        let (client, cx, id, asked) = client(kept);
        let read = read(&client, &cx, id, None).await;
        (read, asked())
    }

    /// Each event and each parcel is there once, in order.
    #[track_caller]
    fn assert_is_whole(whole: &OrderDetails) {
        let events: Vec<i64> = whole.history.items.iter().map(|item| item.sequence).collect();
        assert_eq!(events, [1, 2, 3]);
        assert_eq!(numbers(&whole.fulfilments.items), [1, 2, 3]);
        assert_eq!((&whole.history.next_cursor, &whole.fulfilments.next_cursor), (&None, &None));
    }
    fn numbers(parcels: &[Fulfilment]) -> Vec<i64> {
        parcels.iter().map(|parcel| parcel.version).collect()
    }

    #[tokio::test]
    async fn what_is_more_than_a_page_of_an_order_is_read_to_its_end() {
        let (read, asked) =
            read_from(FakeOrderService { has_order: true, reads_whole: true, ..FakeOrderService::default() })
                .await;
        assert_is_whole(&read.unwrap_or_else(|_| panic!("it is there")));
        assert_eq!(asked, 3, "at once, and what follows of both lists");
    }

    #[tokio::test]
    async fn all_parcels_of_an_order_are_read() {
        let (client, cx, id, asked) =
            client(FakeOrderService { has_order: true, ..FakeOrderService::default() });
        let all = parcels(&client, &cx, id).await.unwrap_or_else(|_| panic!("they are there"));
        assert_eq!((numbers(&all), asked()), (vec![1, 2, 3], 2));
    }

    #[tokio::test]
    async fn where_orders_is_older_the_order_is_read_in_pieces() {
        for shows_notes in [true, false] {
            let (read, asked) =
                read_from(FakeOrderService { has_order: true, shows_notes, ..FakeOrderService::default() })
                    .await;
            let whole = read.unwrap_or_else(|_| panic!("it is there"));
            assert_eq!((whole.order.number, whole.etag.as_str()), (1001, "\"1-x\""));
            assert_is_whole(&whole);
            assert_eq!((whole.notes.items.len(), asked), (0, 7));
        }
    }

    #[tokio::test]
    async fn an_order_that_is_not_there_is_not_there_in_pieces_either() {
        let (read, asked) = read_from(FakeOrderService::default()).await;
        assert!(matches!(read, Err(PageError::NotFound)));
        assert_eq!(asked, 2);
    }
}
