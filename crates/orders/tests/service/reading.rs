//! Reading orders, their lists, their history, and where mails about them go.

use crate::world::{World, order_of, refused};
use contracts::{
    events::EventType,
    feed::{FeedAfter, ReadFeed},
    orders::*,
};
use endpoint::{Fresh, IfNoneMatch, Json, Page, Path, Permission, Query, Slice};

on_both!(
    an_order_is_there_for_its_owner_and_staff,
    lists_are_pages_newest_first,
    customers_list_their_own,
    history_tells_what_happened,
    notifications_learns_whom_to_write_to,
    the_feed_is_for_services,
);

fn slice(limit: u16, cursor: Option<String>) -> Slice {
    Slice { limit: Some(limit), cursor }
}

async fn an_order_is_there_for_its_owner_and_staff(w: World) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    let get =
        |known: Option<&str>| GetOrder { id: Path(order.id), known: IfNoneMatch(known.map(Into::into)) };
    let Fresh::New { etag, body } = w.call(&ada, get(None)).await.unwrap() else {
        panic!("nothing was known")
    };
    assert_eq!((body, etag.as_str()), (order.clone(), "\"2\""));
    assert_eq!(w.call(&ada, get(Some("\"2\""))).await.unwrap(), Fresh::NotModified { etag });
    assert_eq!(order.allowed, [Action::Cancel, Action::Edit]);
    let seen = w.get(&w.staff(&[Permission::Orders]), order.id).await;
    assert_eq!(seen.allowed, [Action::Cancel, Action::Fulfil, Action::Refund, Action::Edit, Action::Hold]);
    w.get(&w.staff(&[Permission::Payments]), order.id).await;
    for stranger in [&eve, &w.staff(&[Permission::Products])] {
        assert_eq!(refused(w.call(stranger, get(None)).await), (404, "not_found".to_owned()));
    }
}

async fn lists_are_pages_newest_first(w: World) {
    let (ada, admin, tea) = (w.customer(), w.admin(), w.product(100, 1000));
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(w.place(&ada, &order_of(&[(tea, 1), (tea, 2)])).await);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    placed.reverse();
    let list = async |filter: OrderFilter, limit, cursor| {
        let Json(page) =
            w.call(&admin, ListOrders { filter: Query(filter), slice: slice(limit, cursor) }).await.unwrap();
        page
    };
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
    let both = OrderFilter { status, user_id: Some(ada.id), ..OrderFilter::default() };
    assert_eq!(list(both, 10, None).await.items.len(), 1);
    let by_number = OrderFilter { number: Some(placed[1].number), ..OrderFilter::default() };
    assert_eq!(numbers(&list(by_number, 10, None).await.items), [placed[1].number]);
    let sql = db::Sql::both("select placement_id from orders where id = $1");
    let row = w.db.query_one(&sql, db::params![placed[1].id]).await.unwrap();
    let placement_id = Some(row.get("placement_id").unwrap());
    let by_placement = OrderFilter { placement_id, ..OrderFilter::default() };
    assert_eq!(numbers(&list(by_placement.clone(), 10, None).await.items), [placed[1].number]);
    for nobody in [
        OrderFilter { status, ..by_placement.clone() },
        OrderFilter { number: Some(placed[2].number), ..by_placement.clone() },
        OrderFilter { user_id: Some(w.customer().id), ..by_placement.clone() },
    ] {
        assert_eq!(list(nobody, 10, None).await.items, []);
    }
    let (filter, slice_of_it) = (Query(by_placement), Slice::default());
    let Json(others) = w.call(&w.customer(), ListOrders { filter, slice: slice_of_it }).await.unwrap();
    assert_eq!(others.items, [], "another user's orders are not there");
    let page = list(OrderFilter::default(), 2, None).await;
    let other = ListOrders {
        filter: Query(OrderFilter { status, ..OrderFilter::default() }),
        slice: slice(2, page.next_cursor),
    };
    assert_eq!(refused(w.call(&admin, other).await).0, 400, "a cursor is for its list only");
}

async fn customers_list_their_own(w: World) {
    let (ada, eve, tea) = (w.customer(), w.customer(), w.product(100, 1000));
    let own = w.place(&ada, &order_of(&[(tea, 1)])).await;
    let other = w.place(&eve, &order_of(&[(tea, 1)])).await;
    let list = async |filter: OrderFilter| {
        let Json(Page { items, .. }) =
            w.call(&ada, ListOrders { filter: Query(filter), slice: Slice::default() }).await.unwrap();
        items.into_iter().map(|order| order.id).collect::<Vec<_>>()
    };
    assert_eq!(list(OrderFilter::default()).await, [own.id]);
    assert_eq!(list(OrderFilter { user_id: Some(eve.id), ..OrderFilter::default() }).await, []);
    assert_eq!(list(OrderFilter { number: Some(other.number), ..OrderFilter::default() }).await, []);
    let of = |user| ListOrdersOfUser { user_id: Path(user), slice: Slice::default() };
    let Json(page) = w.call(&ada, of(ada.id)).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(refused(w.call(&ada, of(eve.id)).await).0, 404);
    let Json(page) = w.call(&w.staff(&[Permission::Orders]), of(eve.id)).await.unwrap();
    assert_eq!(page.items[0].id, other.id);
}

async fn history_tells_what_happened(w: World) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    w.cancel(&ada, order.id).await.unwrap();
    let read = |limit, cursor| ReadHistory { id: Path(order.id), slice: slice(limit, cursor) };
    let Json(first) = w.call(&ada, read(3, None)).await.unwrap();
    let kinds: Vec<_> = first.items.iter().map(|item| (item.sequence, item.kind)).collect();
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

async fn notifications_learns_whom_to_write_to(w: World) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let Json(contact) = w.call_as("notifications", LookUpContact { id: Path(order.id) }).await.unwrap();
    assert_eq!((contact.number, contact.email.as_deref()), (order.number, Some("ada@example.com")));
    assert_eq!(contact.name.as_deref(), Some("Ada"));
    assert_eq!(refused(w.call(&ada, LookUpContact { id: Path(order.id) }).await).0, 403);
    assert_eq!(refused(w.call_as("notifications", LookUpContact { id: Path(w.env.id()) }).await).0, 404);
}

async fn the_feed_is_for_services(w: World) {
    let request = || ReadFeed { query: Query(FeedAfter::default()) };
    let Json(feed) = w.call_as("notifications", request()).await.unwrap();
    assert_eq!((feed.head, feed.events.len()), (0, 0));
    assert_eq!(refused(w.call(&w.customer(), request()).await).0, 403);
}
