//! Reading orders, their lists, their history, and where mails about them go.

use crate::world::{Caller, OrdersTestBed, method, order_of, refused};
use contracts::{
    events::EventType,
    feed::{FeedParams, ReadFeed},
    fulfilments::{CreateFulfilment, ListFulfilments, NewFulfilment},
    orders::*,
};
use db::params;
use endpoint::{
    Body, Conditional, IdempotencyKey, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey, Page, PageParams,
    Path, Permission, Query, client::CallError, etag,
};
use kernel::id::OrderId;
use serde_json::json;
use std::time::Duration;

on_both!(
    an_order_is_there_for_its_owner_and_staff,
    a_change_is_answered_with_the_etag_under_which_it_is_read,
    lists_are_pages_newest_first,
    customers_list_their_own,
    payments_and_refunds_of_an_order_are_listed_to_who_sees_it,
    history_tells_what_happened,
    an_order_is_read_whole_by_its_owner_and_staff,
    what_is_read_whole_is_of_one_moment,
    what_is_of_an_order_is_read_once_and_not_once_for_each_line,
    notifications_learns_whom_to_write_to,
    the_feed_is_for_services,
    what_follows_from_an_answer_names_the_event_that_told_it,
);

fn slice(limit: u16, cursor: Option<String>) -> PageParams {
    PageParams { limit: Some(limit), cursor }
}

async fn a_change_is_answered_with_the_etag_under_which_it_is_read(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let is_read_as = async |by: &Caller, id: OrderId, tag: String| {
        let known = IfNoneMatch(Some(tag.clone()));
        let read = w.call(by, GetOrder { id: Path(id), known }).await.unwrap();
        assert_eq!(read, Conditional::NotModified { etag: tag });
    };
    let placed = w.place_with(&ada, &IdempotencyKey("a".to_owned()), &new).await.unwrap();
    let id = placed.body.id;
    is_read_as(&ada, id, placed.etag).await;
    let again = w.place_with(&ada, &IdempotencyKey("a".to_owned()), &new).await.unwrap();
    is_read_as(&ada, id, again.etag).await;
    let hold = Body(NewHold { reason: "wait".to_owned() });
    let held = w.call(&staff, HoldOrder { id: Path(id), based_on: IfMatch(None), hold }).await.unwrap();
    is_read_as(&staff, id, held.etag.clone()).await;
    // and is as good for the next change
    let release = |tag: String| ReleaseOrder { id: Path(id), based_on: IfMatch(Some(tag)) };
    let free = w.call(&staff, release(held.etag)).await.unwrap();
    is_read_as(&staff, id, free.etag).await;
    let change = OrderChange { note: Some("ring twice".to_owned()), ..OrderChange::default() };
    let update = UpdateOrder { id: Path(id), based_on: IfMatch(None), change: Body(change) };
    is_read_as(&ada, id, w.call(&ada, update).await.unwrap().etag).await;
    let target = Body(OrderTarget { status: TargetStatus::Shipped, version: None });
    let put = SetOrderStatus { id: Path(id), based_on: IfMatch(None), target };
    is_read_as(&staff, id, w.call(&staff, put).await.unwrap().etag).await;
    let other = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await.id;
    is_read_as(&ada, other, w.cancel(&ada, other).await.unwrap().etag).await;
}

async fn an_order_is_there_for_its_owner_and_staff(w: OrdersTestBed) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    let get =
        |known: Option<&str>| GetOrder { id: Path(order.id), known: IfNoneMatch(known.map(Into::into)) };
    let Conditional::New { etag, body } = w.call(&ada, get(None)).await.unwrap() else {
        panic!("nothing was known")
    };
    assert_eq!((body, &etag), (order.clone(), &etag::of_shown(&[2], &order)));
    assert_eq!(
        w.call(&ada, get(Some(&etag))).await.unwrap(),
        Conditional::NotModified { etag: etag.clone() }
    );
    assert_eq!(order.allowed, [Action::Cancel, Action::Edit]);
    let seen = w.get(&w.staff(&[Permission::Orders]), order.id).await;
    assert_eq!(seen.allowed, [Action::Cancel, Action::Fulfil, Action::Edit, Action::Hold, Action::Annotate]);
    let seen = w.get(&w.staff(&[Permission::Payments]), order.id).await;
    assert_eq!(seen.allowed, [Action::Refund]);
    // what another is shown is another answer, also where it is of the same version
    for other in [w.staff(&[Permission::Orders]), w.staff(&[Permission::Payments]), w.admin()] {
        let Conditional::New { etag: own, body } = w.call(&other, get(Some(&etag))).await.unwrap() else {
            panic!("{other:?} is told that nothing is new")
        };
        assert_eq!(body.version, order.version);
        assert_eq!(w.call(&other, get(Some(&own))).await.unwrap(), Conditional::NotModified { etag: own });
    }
    // the same tag is good for a change, whoever has read it
    let change = OrderChange { note: Some("ring twice".to_owned()), ..OrderChange::default() };
    let based_on = |tag: &str| IfMatch(Some(tag.to_owned()));
    let update =
        |tag: &str| UpdateOrder { id: Path(order.id), based_on: based_on(tag), change: Body(change.clone()) };
    assert_eq!(refused(w.call(&ada, update("\"1.print\"")).await).0, 412);
    w.call(&w.staff(&[Permission::Orders]), update(&etag)).await.unwrap();
    let numbered = |number| GetOrderByNumber { number: Path(OrderNumber(number)), known: IfNoneMatch(None) };
    let by_number = w.call(&ada, numbered(order.number)).await.unwrap();
    assert_eq!(by_number, w.call(&ada, get(None)).await.unwrap());
    for stranger in [&eve, &w.staff(&[Permission::Products])] {
        assert_eq!(refused(w.call(stranger, get(None)).await), (404, "not_found".to_owned()));
        assert_eq!(
            refused(w.call(stranger, numbered(order.number)).await),
            refused(w.call(stranger, get(None)).await)
        );
    }
    for number in [order.number + 1000, 0, -1, i64::MAX] {
        assert_eq!(refused(w.call(&ada, numbered(number)).await).0, 404);
    }
}

async fn lists_are_pages_newest_first(w: OrdersTestBed) {
    let (ada, admin, tea) = (w.customer(), w.admin(), w.product(100, 1000));
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(w.place(&ada, &order_of(&[(tea, 1), (tea, 2)])).await);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    placed.reverse();
    let ask = async |filter, selection, limit, cursor| {
        let (filter, selection) = (Query(filter), Query(selection));
        let Json(page) =
            w.call(&admin, ListOrders { filter, selection, slice: slice(limit, cursor) }).await.unwrap();
        page
    };
    let list = async |filter: OrderFilter, limit, cursor| {
        ask(filter, OrderSelection::default(), limit, cursor).await
    };
    let select = async |selection: OrderSelection| ask(OrderFilter::default(), selection, 10, None).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = list(OrderFilter::default(), 2, cursor).await;
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let numbers = |orders: &[Order]| orders.iter().map(|order| order.number).collect::<Vec<_>>();
    assert_eq!(numbers(&seen), numbers(&placed));
    assert!(seen.iter().all(|order| order.lines.len() == 2 && order.email.is_some()));
    w.cancel(&ada, placed[2].id).await.unwrap();
    let status = Some(OrderStatus::Cancelled);
    let by_status = list(OrderFilter { status, ..OrderFilter::default() }, 10, None).await.items;
    assert_eq!(numbers(&by_status), [placed[2].number]);
    let cancelled = || OrderFilter { status, ..OrderFilter::default() };
    let of_ada = OrderSelection { user_id: Some(ada.id), ..OrderSelection::default() };
    assert_eq!(ask(cancelled(), of_ada, 10, None).await.items.len(), 1);
    let by_number = OrderSelection { number: Some(placed[1].number), ..OrderSelection::default() };
    assert_eq!(numbers(&select(by_number).await.items), [placed[1].number]);
    let sql = db::Sql::both("select placement_id from orders where id = $1");
    let row = w.db.query_one(&sql, db::params![placed[1].id]).await.unwrap();
    let placement_id = Some(row.get("placement_id").unwrap());
    let by_placement = OrderSelection { placement_id, ..OrderSelection::default() };
    assert_eq!(numbers(&select(by_placement.clone()).await.items), [placed[1].number]);
    assert_eq!(ask(cancelled(), by_placement.clone(), 10, None).await.items, []);
    for nobody in [
        OrderSelection { number: Some(placed[2].number), ..by_placement.clone() },
        OrderSelection { user_id: Some(w.customer().id), ..by_placement.clone() },
    ] {
        assert_eq!(select(nobody).await.items, []);
    }
    let (filter, selection) = (Query::default(), Query(by_placement));
    let others = ListOrders { filter, selection, slice: PageParams::default() };
    let Json(others) = w.call(&w.customer(), others).await.unwrap();
    assert_eq!(others.items, [], "another user's orders are not there");
    let page = list(OrderFilter::default(), 2, None).await;
    let other = ListOrders {
        filter: Query(cancelled()),
        selection: Query::default(),
        slice: slice(2, page.next_cursor),
    };
    assert_eq!(refused(w.call(&admin, other).await).0, 400, "a cursor is for its list only");
}

async fn payments_and_refunds_of_an_order_are_listed_to_who_sees_it(w: OrdersTestBed) {
    let (ada, eve, staff) = (w.customer(), w.customer(), w.staff(&[Permission::Payments]));
    let (paid, unpaid) =
        (w.paid(&ada, "automatic").await, w.place(&ada, &order_of(&[(w.product(100, 9), 1)])).await);
    let payments = |id| ListPaymentsOfOrder { id: Path(id), slice: PageParams::default() };
    let refunds = |id| ListRefundsOfOrder { id: Path(id), slice: PageParams::default() };
    let Json(page) = w.call(&ada, payments(paid.id)).await.unwrap();
    assert_eq!((page.items, page.next_cursor), (vec![paid.payment.clone().unwrap()], None));
    assert_eq!(w.call(&ada, payments(unpaid.id)).await.unwrap().0.items, []);
    // one that has no payment is there all the same; an older payments does not say which has one
    for is_old in [false, true] {
        if is_old {
            w.payments.be_old();
        }
        for who in [&ada, &staff] {
            assert_eq!(w.call(who, refunds(paid.id)).await.unwrap().0.items, []);
            assert_eq!(w.call(who, refunds(unpaid.id)).await.unwrap().0.items, []);
            assert_eq!(refused(w.call(who, refunds(kernel::Id::from_uuid(w.env.uuid()))).await).0, 404);
        }
    }
    assert_eq!(refused(w.call(&eve, payments(paid.id)).await).0, 404);
    let one = ListPaymentsOfOrder { slice: slice(1, None), ..payments(paid.id) };
    assert_eq!(w.call(&ada, one).await.unwrap().0.items.len(), 1);
    let next = ListPaymentsOfOrder { slice: slice(1, Some("AAAA".to_owned())), ..payments(paid.id) };
    assert_eq!(refused(w.call(&ada, next).await).0, 400, "there is no second page");
    assert_eq!(refused(w.call(&eve, refunds(paid.id)).await).0, 404);
}

async fn customers_list_their_own(w: OrdersTestBed) {
    let (ada, eve, tea) = (w.customer(), w.customer(), w.product(100, 1000));
    let own = w.place(&ada, &order_of(&[(tea, 1)])).await;
    let other = w.place(&eve, &order_of(&[(tea, 1)])).await;
    let ask = |selection: OrderSelection| ListOrders {
        filter: Query::default(),
        selection: Query(selection),
        slice: PageParams::default(),
    };
    let list = async |selection: OrderSelection| {
        let Json(Page { items, .. }) = w.call(&ada, ask(selection)).await.unwrap();
        items.into_iter().map(|order| order.id).collect::<Vec<_>>()
    };
    let all = OrderSelection::default;
    assert_eq!(list(all()).await, [own.id]);
    assert_eq!(list(OrderSelection { user_id: Some(ada.id), ..all() }).await, [own.id]);
    assert_eq!(list(OrderSelection { number: Some(other.number), ..all() }).await, []);
    // what is somebody else's is not there, in a path and in a filter
    let of_eve = ask(OrderSelection { user_id: Some(eve.id), ..all() });
    assert_eq!(refused(w.call(&ada, of_eve).await), (404, "not_found".to_owned()));
    let of = |user| ListOrdersOfUser {
        user_id: Path(user),
        filter: Query::default(),
        slice: PageParams::default(),
    };
    let Json(page) = w.call(&ada, of(ada.id)).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(refused(w.call(&ada, of(eve.id)).await).0, 404);
    let Json(page) = w.call(&w.staff(&[Permission::Orders]), of(eve.id)).await.unwrap();
    assert_eq!(page.items[0].id, other.id);
}

async fn history_tells_what_happened(w: OrdersTestBed) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    w.cancel(&ada, order.id).await.unwrap();
    let read = |limit, cursor| ListHistory { id: Path(order.id), slice: slice(limit, cursor) };
    let Json(first) = w.call(&ada, read(3, None)).await.unwrap();
    let kinds: Vec<_> = first.items.iter().map(|item| (item.sequence, item.event().unwrap())).collect();
    let expected =
        [(1, EventType::OrderPlaced), (2, EventType::OrderConfirmed), (3, EventType::OrderCancelRequested)];
    assert_eq!(kinds, expected);
    assert_eq!(first.items[2].actor, ada.id.to_string());
    assert_eq!(first.items[2].remark.as_deref(), Some("second thoughts"));
    assert_eq!(first.items[2].data["figures"]["cancel_code"], "customer");
    let Json(rest) = w.call(&ada, read(3, first.next_cursor.clone())).await.unwrap();
    assert_eq!((rest.items.len(), &rest.next_cursor), (1, &None));
    assert_eq!(refused(w.call(&eve, read(3, None)).await).0, 404);
    let text = serde_json::to_string(&first).unwrap() + &serde_json::to_string(&rest).unwrap();
    assert!(!text.contains("ada@example.com"), "no event names a person");
}

/// The last of so many and one notes has this number.
const NOTES: u16 = 2 * OrderDetails::NOTES_MAX;

fn whole_from(id: OrderId, notes_cursor: Option<String>) -> GetOrderDetails {
    GetOrderDetails { id: Path(id), further: Query(OrderDetailsParams { notes_cursor }) }
}

async fn an_order_is_read_whole_by_its_owner_and_staff(w: OrdersTestBed) {
    let (ada, eve, staff) = (w.customer(), w.customer(), w.staff(&[Permission::Orders]));
    // two parcels with two lines each, and more notes than a page holds
    let mut new = order_of(&[(w.product(1000, 10), 2), (w.product(700, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&ada, &new).await;
    w.place(&ada, &new).await;
    w.place(&eve, &new).await;
    for n in 0..=NOTES {
        // the ids of those of one millisecond have no order
        tokio::time::sleep(Duration::from_millis(2)).await;
        let note = Body(NewNote { text: format!("called {n} times") });
        w.call(&staff, AddNote { id: Path(order.id), key: OptionalIdempotencyKey(None), note })
            .await
            .unwrap();
    }
    for key in ["f-1", "f-2"] {
        let line = |line: &Line| LineQuantity { line_id: line.id, quantity: 1 };
        let lines = Some(order.lines.iter().map(line).collect());
        let fulfilment = Body(NewFulfilment { lines, ..NewFulfilment::default() });
        w.call(
            &staff,
            CreateFulfilment { id: Path(order.id), key: IdempotencyKey(key.to_owned()), fulfilment },
        )
        .await
        .unwrap();
    }
    let whole = || whole_from(order.id, None);
    for by in [&ada, &staff] {
        let Json(seen) = w.call(by, whole()).await.unwrap();
        let known = IfNoneMatch(None);
        let Conditional::New { etag, body } =
            w.call(by, GetOrder { id: Path(order.id), known }).await.unwrap()
        else {
            panic!("nothing was known")
        };
        assert_eq!((seen.order, seen.etag), (body, etag));
        let all = || slice(PageParams::MOST, None);
        let Json(history) = w.call(by, ListHistory { id: Path(order.id), slice: all() }).await.unwrap();
        let Json(parcels) = w.call(by, ListFulfilments { id: Path(order.id), slice: all() }).await.unwrap();
        assert_eq!((parcels.items.len(), history.items.len() >= 3), (2, true));
        assert!(parcels.items.iter().all(|parcel| parcel.lines.len() == 2));
        assert_eq!((seen.history, seen.fulfilments), (history, parcels));
        // notes are for staff, as is what else the customer has ordered
        assert_eq!(seen.customer_orders, std::ptr::eq(by, &staff).then_some(2));
        let (mut texts, mut more) = (Vec::new(), Some(seen.notes));
        while let Some(notes) = more.take() {
            assert!(notes.items.len() <= usize::from(OrderDetails::NOTES_MAX));
            texts.extend(notes.items.into_iter().map(|note| note.text));
            if let Some(cursor) = notes.next_cursor {
                more = Some(w.call(by, whole_from(order.id, Some(cursor))).await.unwrap().0.notes);
            }
        }
        let noted = if std::ptr::eq(by, &staff) { NOTES + 1 } else { 0 };
        let expected: Vec<_> = (0..noted).rev().map(|n| format!("called {n} times")).collect();
        assert_eq!(texts, expected, "each once, the newest first");
    }
    let wrong = w.call(&staff, whole_from(order.id, Some("nothing".to_owned()))).await;
    let Err(CallError::Problem(wrong)) = wrong else { panic!("it is the cursor of no page") };
    let member = &wrong.data["errors"][0]["pointer"];
    assert_eq!((wrong.status, member), (400, &json!("?notes_cursor")), "and not that of a list");
    assert_eq!(refused(w.call(&eve, whole()).await).0, 404);
    let cashier = w.call(&w.staff(&[Permission::Payments]), whole()).await.unwrap();
    assert_eq!(cashier.0.notes.items, []);
}

async fn what_is_read_whole_is_of_one_moment(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    for n in 0..60 {
        let change = async {
            let (id, based_on) = (Path(order.id), IfMatch(None));
            match n % 2 {
                0 => {
                    let hold = Body(NewHold { reason: "wait".to_owned() });
                    w.call(&staff, HoldOrder { id, based_on, hold }).await.unwrap()
                }
                _ => w.call(&staff, ReleaseOrder { id, based_on }).await.unwrap(),
            }
        };
        let read = w.call(&staff, whole_from(order.id, None));
        let (_, seen) = tokio::join!(change, read);
        let Json(OrderDetails { order, history, .. }) = seen.unwrap();
        assert_eq!(history.items.last().map(|item| item.sequence), Some(order.version), "round {n}");
    }
    w.check().await;
}

async fn what_is_of_an_order_is_read_once_and_not_once_for_each_line(w: OrdersTestBed) {
    let ada = w.customer();
    let parts: Vec<_> = (0..50).map(|_| (w.product(100, 1000), 1)).collect();
    let mut new = order_of(&parts);
    new.metadata = (0..50).map(|n| (format!("key-{n}"), "x".repeat(500))).collect();
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(w.place(&ada, &new).await);
    }
    let filter =
        ListOrders { filter: Query::default(), selection: Query::default(), slice: slice(200, None) };
    let Json(listed) = w.call(&ada, filter).await.unwrap();
    placed.reverse();
    assert_eq!(listed.items, placed);
    let statements = orders::statements();
    let ids: Vec<OrderId> = placed.iter().map(|order| order.id).collect();
    for (name, params, count) in
        [("FIND_WHOLE", params![ids[0]].to_vec(), 1), ("FIND_WHOLE_ONES", params![ids].to_vec(), 3)]
    {
        let (_, sql) = statements.iter().find(|(known, _)| *known == name).unwrap();
        let rows = w.db.query(sql, &params).await.unwrap();
        let metadata = |row: &db::Row| row.get::<Option<serde_json::Value>>("metadata").unwrap();
        let told = rows.iter().filter_map(metadata).count();
        assert_eq!((rows.len(), told), (50 * count, count), "{name}");
    }
}

async fn notifications_learns_whom_to_write_to(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let Json(contact) = w.call_as("notifications", GetContact { id: Path(order.id) }).await.unwrap();
    assert_eq!((contact.number, contact.email.as_deref()), (order.number, Some("ada@example.com")));
    assert_eq!(contact.name.as_deref(), Some("Ada"));
    // it waits to be paid, until then
    assert!(contact.pay_by.is_some() && contact.pay_by == order.payment_due_at);
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let Json(paid) = w.call_as("notifications", GetContact { id: Path(order.id) }).await.unwrap();
    assert_eq!(paid.pay_by, None);
    assert_eq!(refused(w.call(&ada, GetContact { id: Path(order.id) }).await).0, 403);
    assert_eq!(refused(w.call_as("notifications", GetContact { id: Path(w.env.id()) }).await).0, 404);
}

async fn what_follows_from_an_answer_names_the_event_that_told_it(w: OrdersTestBed) {
    let order = w.paid(&w.customer(), "automatic").await;
    let events = w.told(order.id).await;
    let [placed, confirmed] = &events[..] else { panic!("{events:?}") };
    assert_eq!(placed.causationid, None);
    let told = w.payments.events().pop().unwrap();
    assert_eq!((told.kind, confirmed.kind), (EventType::PaymentCaptured, EventType::OrderConfirmed));
    assert_eq!(confirmed.causationid, Some(told.id.to_string()));
}

async fn the_feed_is_for_services(w: OrdersTestBed) {
    let request = || ReadFeed { query: Query(FeedParams::default()) };
    let Json(feed) = w.call_as("notifications", request()).await.unwrap();
    assert_eq!((feed.head, feed.events.len()), (0, 0));
    assert_eq!(refused(w.call(&w.customer(), request()).await).0, 403);
}
