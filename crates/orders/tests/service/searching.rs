//! Lists of orders: searched, filtered and sorted, page by page.

use crate::world::{Caller, OrdersTestBed, custom, order_of};
use contracts::{
    Address,
    fulfilments::{FulfilmentChange, ShipFulfilment, Shipment, UpdateFulfilment},
    orders::*,
};
use db::{Sql, params};
use endpoint::{
    Body, IfMatch, Json, OptionalIdempotencyKey, Page, PageParams, Path, Permission, Query, client::CallError,
};
use std::time::Duration;

on_both!(
    orders_are_found_by_the_words_of_what_they_are_and_of_who_ordered,
    an_order_is_found_by_whom_it_goes_to_and_where,
    an_order_is_found_by_the_number_of_a_parcel,
    nobody_finds_what_is_not_theirs,
    an_erased_person_is_found_no_more,
    filters_leave_what_they_say,
    every_order_of_a_list_goes_through_all_of_it_once,
    what_lists_are_filtered_by_is_what_orders_say,
    a_rare_word_and_a_common_one_are_found_page_by_page,
    words_that_an_older_version_has_written_are_written_again,
);

async fn page(
    w: &OrdersTestBed,
    by: &Caller,
    filter: OrderFilter,
    selection: OrderSelection,
    slice: PageParams,
) -> Page<Order> {
    let Json(page) =
        w.call(by, ListOrders { filter: Query(filter), selection: Query(selection), slice }).await.unwrap();
    page
}

/// The numbers of all orders that a filter lets through, page by page.
async fn numbers(w: &OrdersTestBed, by: &Caller, filter: &OrderFilter, limit: u16) -> Vec<i64> {
    numbers_of(w, by, filter, &OrderSelection::default(), limit).await
}

async fn numbers_of(
    w: &OrdersTestBed,
    by: &Caller,
    filter: &OrderFilter,
    selection: &OrderSelection,
    limit: u16,
) -> Vec<i64> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let Page { items, next_cursor } =
            page(w, by, filter.clone(), selection.clone(), PageParams { limit: Some(limit), cursor }).await;
        assert!(items.len() <= usize::from(limit));
        seen.extend(items.iter().map(|order| order.number));
        match next_cursor {
            Some(next) => cursor = Some(next),
            None => return seen,
        }
    }
}

fn words(q: &str) -> OrderFilter {
    OrderFilter { q: Some(q.to_owned()), ..OrderFilter::default() }
}

/// An order of one line that is called so, as staff make it.
async fn titled(w: &OrdersTestBed, by: &Caller, title: &str, minor: i64) -> Order {
    let new = NewOrder { lines: vec![custom(title, Some(minor), 1)], ..order_of(&[]) };
    let order = w.place(by, &new).await;
    // so that no two are made in the same moment
    tokio::time::sleep(Duration::from_millis(2)).await;
    order
}

async fn orders_are_found_by_the_words_of_what_they_are_and_of_who_ordered(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.staff(&[Permission::Orders]), w.product(100, 1000));
    let order = w.place(&ada, &order_of(&[(tea, 1)])).await;
    let other = titled(&w, &w.admin(), "Crème Brûlée", 500).await;
    let found = async |q: &str| numbers(&w, &staff, &words(q), 10).await;
    let number = order.number.to_string();
    let id = order.id.to_string();
    for q in [&number[..], &id, &id[..20], "tea-1", "TEAPOT", "teap", "1 tea pot", "ada@example.com", "ada"] {
        let expected: &[i64] = if q == "1 tea pot" { &[] } else { &[order.number] };
        let mut found = found(q).await;
        // whoever made the other one is called the same in this world
        found.retain(|number| *number != other.number || !q.starts_with("ada"));
        assert_eq!(found, expected, "{q}");
    }
    assert_eq!(found("creme bru").await, [other.number]);
    assert_eq!(found(&format!("{} creme", other.number)).await, [other.number]);
    assert_eq!(found(&format!("{} teapot", other.number)).await, [0i64; 0]);
    // blanks leave out nothing, and what has no word in it finds nothing: nobody takes everything for an answer
    assert_eq!(found("  ").await, [other.number, order.number]);
    assert_eq!((found(" %_'\" ").await, found("!!!").await), (Vec::new(), Vec::new()));
}

async fn words_that_an_older_version_has_written_are_written_again(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let order = titled(&w, &w.admin(), "Łódzka", 500).await;
    let found = async || numbers(&w, &staff, &words("lodzka"), 10).await;
    assert_eq!(found().await, [order.number]);
    let mut tx = w.db.begin().await.unwrap();
    let older = Sql::both("update order_word set word = 'łodzka' where word = 'lodzka'");
    tx.run(&older, params![]).await.unwrap();
    tx.run(&Sql::both("insert into word_refresh (pass) values (1)"), params![]).await.unwrap();
    tx.commit("test.older").await.unwrap();
    assert_eq!(found().await, [0i64; 0]);
    let (_, task) = w.tasks().into_iter().find(|(name, _)| *name == "refresh_words").unwrap();
    let refreshed = async {
        // all were checked, and a second pass follows later
        while w.number("select count(*) as n from word_refresh where pass = 2").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = task => panic!("the task has ended"),
        () = refreshed => {}
    }
    assert_eq!(found().await, [order.number]);
}

async fn an_order_is_found_by_whom_it_goes_to_and_where(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.staff(&[Permission::Orders]), w.product(100, 1000));
    let to = |name: &str, city: &str| Address {
        name: name.to_owned(),
        line1: "1 Mill Lane".to_owned(),
        line2: None,
        city: city.to_owned(),
        postal_code: "N1 9GU".to_owned(),
        region: None,
        country: "GB".to_owned(),
    };
    let new = NewOrder { shipping_address: Some(to("Grace Höpper", "Leeds")), ..order_of(&[(tea, 1)]) };
    let order = w.place(&ada, &new).await;
    // who ordered and whom it goes to are told apart
    assert_eq!(order.customer_name.as_deref(), Some("Ada"));
    let of = async |q: &str| numbers(&w, &staff, &words(q), 10).await;
    for q in ["grace", "hopper ada", "leeds", &format!("leeds {}", order.number)] {
        assert_eq!(of(q).await, [order.number], "{q}");
    }
    // a correction is found, and what it has replaced is not
    let change =
        OrderChange { shipping_address: Some(Some(to("Mary", "Leeds on Sea"))), ..OrderChange::default() };
    let correct = UpdateOrder { id: Path(order.id), based_on: IfMatch(None), change: Body(change) };
    w.call(&ada, correct).await.unwrap();
    assert_eq!((of("mary leeds sea").await, of("grace").await), (vec![order.number], Vec::new()));
    assert_eq!(of("ada@example.com").await, [order.number]);
}

async fn an_order_is_found_by_the_number_of_a_parcel(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let (order, other) = (w.paid(&ada, "automatic").await, w.paid(&ada, "automatic").await);
    let parcel = w.fulfil(&staff, order.id, None).await.id;
    let of = async |q: &str| numbers(&w, &staff, &words(q), 10).await;
    assert_eq!(of("jjd0099").await, [0i64; 0]);
    let shipment = Shipment { tracking_number: Some("JJD0099-77 Ä".to_owned()), ..Shipment::default() };
    let ship =
        ShipFulfilment { id: Path(parcel), key: OptionalIdempotencyKey(None), shipment: Body(shipment) };
    w.call(&staff, ship).await.unwrap();
    for q in [
        "JJD0099-77 Ä",
        "jjd00",
        "77 jjd0099",
        "JJD009977Ä",
        "jjd00997",
        &format!("{} jjd0099", order.number),
    ] {
        assert_eq!(of(q).await, [order.number], "{q}");
    }
    // moving on again adds nothing, and words of one order only are found together
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(of("jjd0099").await, [order.number]);
    assert_eq!(of(&format!("{} jjd0099", other.number)).await, [0i64; 0]);
    assert_eq!(numbers(&w, &w.customer(), &words("jjd0099"), 10).await, [0i64; 0]);
    // a number that was corrected finds it, and so does the one that its mail has told
    let change = FulfilmentChange {
        carrier: None,
        tracking_number: Some("JJD0100".to_owned()),
        ..FulfilmentChange::default()
    };
    w.call(&staff, UpdateFulfilment { id: Path(parcel), change: Body(change) }).await.unwrap();
    assert_eq!((of("jjd0100").await, of("jjd0099").await), (vec![order.number], vec![order.number]));
}

async fn nobody_finds_what_is_not_theirs(w: OrdersTestBed) {
    let (ada, eve, tea) = (w.customer(), w.customer(), w.product(100, 1000));
    let own = w.place(&ada, &order_of(&[(tea, 1)])).await;
    let other = w.place(&eve, &order_of(&[(tea, 1)])).await;
    for q in ["teapot", "tea", "ada", &own.number.to_string(), &own.id.to_string()] {
        assert_eq!(numbers(&w, &ada, &words(q), 10).await, [own.number], "{q}");
    }
    for q in [&other.number.to_string(), &other.id.to_string()] {
        assert_eq!(numbers(&w, &ada, &words(q), 10).await, [0i64; 0], "{q}");
    }
    let drafts = OrderFilter { status: Some(OrderStatus::Draft), ..OrderFilter::default() };
    assert_eq!(numbers(&w, &ada, &drafts, 10).await, [0i64; 0]);
}

async fn an_erased_person_is_found_no_more(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.staff(&[Permission::Orders]), w.product(100, 1000));
    let order = w.place(&ada, &order_of(&[(tea, 1)])).await;
    assert_eq!(numbers(&w, &staff, &words("example"), 10).await, [order.number]);
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both("delete from person where order_id = $1"), params![order.id]).await.unwrap();
    tx.commit("test.erase").await.unwrap();
    assert_eq!(numbers(&w, &staff, &words("example"), 10).await, [0i64; 0]);
    assert_eq!(numbers(&w, &staff, &words("teapot"), 10).await, [order.number]);
    assert_eq!(w.number("select count(*) as n from person_word").await, 0);
}

async fn filters_leave_what_they_say(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let paid = w.paid(&ada, "automatic").await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    let cheap = titled(&w, &w.admin(), "Engraving", 500).await;
    let dear = titled(&w, &w.admin(), "Repair", 99_900).await;
    let of = async |filter: OrderFilter| numbers(&w, &staff, &filter, 2).await;
    let all = OrderFilter::default;
    let payment = |status| OrderFilter { payment_status: Some(status), ..all() };
    assert_eq!(of(payment(PaymentSummary::Paid)).await, [paid.number]);
    assert_eq!(of(payment(PaymentSummary::Unpaid)).await, [dear.number, cheap.number]);
    let fulfilment = |status| OrderFilter { fulfilment_status: Some(status), ..all() };
    assert_eq!(
        of(fulfilment(FulfilmentSummary::Unfulfilled)).await,
        [dear.number, cheap.number, paid.number]
    );
    assert_eq!(of(fulfilment(FulfilmentSummary::Delivered)).await, [0i64; 0]);
    let both = OrderFilter { status: Some(OrderStatus::Pending), ..payment(PaymentSummary::Paid) };
    assert_eq!(of(both).await, [0i64; 0]);
    let total = |min: Option<&str>, max: Option<&str>| OrderFilter {
        total_min: min.map(str::to_owned),
        total_max: max.map(str::to_owned),
        ..all()
    };
    assert_eq!(of(total(Some("5.00"), Some("5.00"))).await, [cheap.number]);
    assert_eq!(of(total(Some("999"), None)).await, [dear.number]);
    let created = |from, before| OrderFilter { created_from: from, created_before: before, ..all() };
    assert_eq!(of(created(Some(cheap.created_at), None)).await, [dear.number, cheap.number]);
    assert_eq!(of(created(None, Some(cheap.created_at))).await, [paid.number]);
    assert_eq!(of(created(Some(cheap.created_at), Some(cheap.created_at))).await, [0i64; 0]);
    let updated_before = Some(cheap.created_at);
    let backwards = [
        ("?total_max", total(Some("6"), Some("5"))),
        ("?created_before", created(Some(dear.created_at), Some(cheap.created_at))),
        ("?updated_before", OrderFilter { updated_from: Some(dear.created_at), updated_before, ..all() }),
    ];
    for (member, filter) in backwards {
        let (selection, slice) = (Query(OrderSelection::default()), PageParams::default());
        let refused = w.call(&staff, ListOrders { filter: Query(filter), selection, slice }).await;
        let Err(CallError::Problem(problem)) = refused else { panic!("{member}: {refused:?}") };
        let fault = &problem.data["errors"][0];
        assert_eq!(
            (problem.status, &fault["pointer"], &fault["code"]),
            (422, &member.into(), &"empty_range".into())
        );
    }
    let bad = ListOrders {
        filter: Query(total(Some("five"), Some("0.001"))),
        selection: Query(OrderSelection::default()),
        slice: PageParams::default(),
    };
    let (status, code) = crate::world::refused(w.call(&staff, bad).await);
    assert_eq!((status, code.as_str()), (400, "invalid_request"));
}

async fn every_order_of_a_list_goes_through_all_of_it_once(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let admin = w.admin();
    let mut made = Vec::new();
    for minor in [300, 100, 200, 100, 300, 200, 100] {
        let order = titled(&w, &admin, "Engraving", minor).await;
        made.push((order.total.minor, order.created_at, order.id, order.number));
    }
    // changed in another order than they were made in
    let mut changed = Vec::new();
    for at in [3, 0, 6, 1, 5, 2, 4] {
        let order = w.annotated(&staff, made[at].2).await;
        changed.push((order.updated_at, order.id, order.number));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let user = w.get(&staff, made[0].2).await.user_id;
    let of_user = OrderSelection { user_id: Some(user), ..OrderSelection::default() };
    for limit in [1, 3, 50] {
        for (sort, down) in [(OrderSort::UpdatedAt, false), (OrderSort::UpdatedAtDown, true)] {
            let mut expected: Vec<i64> = changed.iter().map(|(.., number)| *number).collect();
            if down {
                expected.reverse();
            }
            let every = OrderFilter { sort: Some(sort), ..OrderFilter::default() };
            assert_eq!(numbers(&w, &staff, &every, limit).await, expected, "{every:?} by {limit}");
            assert_eq!(
                numbers_of(&w, &staff, &every, &of_user, limit).await,
                expected,
                "{every:?} by {limit}"
            );
            let (from, before) = (Some(changed[2].0), Some(changed[5].0));
            let some = OrderFilter { updated_from: from, updated_before: before, ..every };
            let mut expected: Vec<i64> = changed[2..5].iter().map(|(.., number)| *number).collect();
            if down {
                expected.reverse();
            }
            assert_eq!(numbers(&w, &staff, &some, limit).await, expected, "{some:?} by {limit}");
        }
    }
    for limit in [1, 2, 3, 7, 50] {
        for (sort, is_total, down) in [
            (OrderSort::CreatedAt, false, false),
            (OrderSort::CreatedAtDown, false, true),
            (OrderSort::Total, true, false),
            (OrderSort::TotalDown, true, true),
        ] {
            let mut expected = made.clone();
            expected.sort_by_key(|(total, at, id, _)| {
                (if is_total { *total } else { 0 }, if is_total { None } else { Some(*at) }, *id)
            });
            if down {
                expected.reverse();
            }
            let expected: Vec<i64> = expected.into_iter().map(|(.., number)| number).collect();
            let every = OrderFilter { sort: Some(sort), ..OrderFilter::default() };
            let of_user = OrderSelection { user_id: Some(user), ..OrderSelection::default() };
            let of_user = numbers_of(&w, &staff, &every, &of_user, limit).await;
            assert_eq!(of_user, expected, "{every:?} by {limit}");
            let of_status = OrderFilter { status: Some(OrderStatus::Pending), ..every.clone() };
            let of_words = OrderFilter { q: Some("engr".to_owned()), ..every.clone() };
            for filter in [every, of_status, of_words] {
                assert_eq!(numbers(&w, &staff, &filter, limit).await, expected, "{filter:?} by {limit}");
            }
        }
    }
}

async fn what_lists_are_filtered_by_is_what_orders_say(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    for status in [TargetStatus::Shipped, TargetStatus::Delivered] {
        let seen = w.brought(&staff, order.id, status).await;
        let filter = OrderFilter {
            payment_status: Some(seen.payment_status),
            fulfilment_status: Some(seen.fulfilment_status),
            status: Some(seen.status),
            ..OrderFilter::default()
        };
        assert_eq!(numbers(&w, &staff, &filter, 10).await, [order.number], "{filter:?}");
    }
    let cancelled = w.place(&ada, &order_of(&[(w.product(100, 9), 1)])).await;
    w.cancel(&ada, cancelled.id).await.unwrap();
    let filter =
        OrderFilter { fulfilment_status: Some(FulfilmentSummary::Cancelled), ..OrderFilter::default() };
    assert_eq!(numbers(&w, &staff, &filter, 10).await, [cancelled.number]);
}

async fn a_rare_word_and_a_common_one_are_found_page_by_page(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let order = titled(&w, &w.admin(), "Engraving", 500).await;
    // more orders have a word of the person's than one look takes
    let text = "insert into order_word (order_id, word) values ($1, $2)";
    let mut tx = w.db.begin().await.unwrap();
    for n in 0..1200 {
        let word = format!("engrav{n:05}");
        tx.run(&Sql::both(text), params![order.id, word]).await.unwrap();
    }
    tx.commit("test.words").await.unwrap();
    assert_eq!(numbers(&w, &staff, &words("engrav"), 10).await, [order.number]);
    assert_eq!(numbers(&w, &staff, &words("engrav00007"), 10).await, [order.number]);
    assert_eq!(numbers(&w, &staff, &words("engrav teapot"), 10).await, [0i64; 0]);
}
