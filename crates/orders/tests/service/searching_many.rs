//! What is found among more orders than a look takes is what a filter in memory finds, whatever has the words: few orders or
//! many, of one word or of many that begin alike; orders of the same moment, drafts, and those whose parcel has the word.

use crate::{
    drafts::{draft_for, drafted},
    world::{Caller, OrdersTestBed, custom, order_of},
};
use contracts::orders::*;
use db::{Row, Sql, params};
use endpoint::{Json, Page, PageParams, Permission, Query};
use kernel::id::UserId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both!(words_find_among_many_orders_what_they_find_in_memory, states_find_what_they_find_in_memory);

/// More than a request looks at.
const MANY: usize = 1_130;

/// What the test knows of an order.
struct KnownOrder {
    number: i64,
    order: Order,
    words: BTreeSet<String>,
}

impl KnownOrder {
    fn has(&self, asked: &str) -> bool {
        self.words.iter().any(|word| word.starts_with(asked))
    }
}

/// The nth: each word is had by another share of all orders.
fn title(n: usize) -> String {
    let mut title = format!("cup tone{:02} single{n:04}", n % 60);
    for (every, word) in [(3, "glaze"), (90, "lapis"), (400, "onyx")] {
        if n.is_multiple_of(every) {
            title = format!("{title} {word}");
        }
    }
    // more than a look takes, but not all
    if !n.is_multiple_of(20) {
        title += " most";
    }
    // many have one word that begins so, few each of others
    if n.is_multiple_of(50) {
        title = format!("{title} hue{}", 2 + n / 50 % 10);
    } else if n.is_multiple_of(2) {
        title += " hue1";
    }
    // those that are the oldest alone
    if n < 30 { format!("{title} early") } else { title }
}

async fn some(w: &OrdersTestBed) -> Vec<KnownOrder> {
    let mut all = Vec::new();
    let (mut by, staff) = (w.admin(), w.staff(&[Permission::Orders]));
    for n in 0..MANY {
        // nobody may owe for more than a few
        if n.is_multiple_of(15) {
            by = w.admin();
        }
        let title = title(n);
        let minor = 100 + (n as i64 * 37) % 500;
        let lines = vec![custom(&title, Some(minor), 1)];
        let order = if n % 16 == 7 {
            drafted(w, &staff, &NewDraft { lines, ..draft_for(&by, &[]) }).await
        } else {
            w.place(&by, &NewOrder { lines, ..order_of(&[]) }).await
        };
        let words = title.split(' ').map(str::to_owned).collect();
        all.push(KnownOrder { number: order.number, order, words });
    }
    changed(w).await;
    let read = "select number, created_at from orders order by number";
    let rows = w.db.query(&Sql::both(read), params![]).await.unwrap();
    for (known, row) in all.iter_mut().zip(rows) {
        let number = known.number;
        assert_eq!(row.get::<i64>("number").unwrap(), number);
        known.order.created_at = row.get("created_at").unwrap();
        let is_draft = known.order.status == OrderStatus::Draft;
        if number % 5 != 0 && !is_draft {
            known.order.status = OrderStatus::Completed;
        }
        let parcels =
            [(7, "parcel".to_owned()), (7, format!("track{}", number % 11)), (90, "pallet".to_owned())];
        let sent = parcels.into_iter().filter(|(every, _)| number % every == 0).map(|(_, word)| word);
        known.words.extend(sent.filter(|_| !is_draft));
        known.words.insert("ada".to_owned());
        if number % 4 == 0 {
            known.words.insert("lovelace".to_owned());
        }
    }
    all
}

/// What orders of so many have that would take long to be done one by one: another person's name, parcels (some two), an end;
/// and their moments: of seven each is the same, and of more than a page.
async fn changed(w: &OrdersTestBed) {
    for statement in [
        "update orders set created_at = (select first.created_at from orders as first where first.number =
             case when orders.number between 1400 and 1520 then 1400 else orders.number - orders.number % 7 end)",
        "insert into person_word (order_id, word) select id, 'lovelace' from orders where number % 4 = 0",
        "update orders set status = 'completed', fulfilment_status = 'delivered'
             where number % 5 <> 0 and status <> 'draft'",
        "insert into fulfilment (id, order_id, status, carrier, version, created_at, updated_at)
             select id, id, 'shipped', 'Parcels', 1, created_at, created_at from orders
             where (number % 7 = 0 or number % 90 = 0) and status <> 'draft'",
        "insert into fulfilment (id, order_id, status, carrier, version, created_at, updated_at)
             select placement_id, id, 'shipped', 'Parcels', 1, created_at, created_at from orders
             where number % 21 = 0 and status <> 'draft'",
        "insert into parcel_word (fulfilment_id, word, order_id)
             select f.id, 'parcel', o.id from fulfilment f join orders o on o.id = f.order_id where o.number % 7 = 0",
        "insert into parcel_word (fulfilment_id, word, order_id)
             select f.id, 'track' || (o.number % 11), o.id from fulfilment f join orders o on o.id = f.order_id
             where o.number % 7 = 0",
        "insert into parcel_word (fulfilment_id, word, order_id)
             select o.id, 'pallet', o.id from orders o where number % 90 = 0 and status <> 'draft'",
        "update order_word set created_at = (select created_at from orders where id = order_id)",
        "update person_word set created_at = (select created_at from orders where id = order_id)",
        "update parcel_word set created_at = (select created_at from orders where id = order_id)",
    ] {
        run(w, statement).await;
    }
}

async fn run(w: &OrdersTestBed, text: &'static str) {
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both(text), params![]).await.unwrap();
    tx.commit("test.run").await.unwrap();
}

/// The numbers of all that a filter finds, page by page, of which there are no more than are needed to look at all orders.
async fn found(
    w: &OrdersTestBed,
    by: &Caller,
    filter: &OrderFilter,
    user_id: Option<UserId>,
    limit: u16,
) -> (Vec<i64>, usize) {
    let (mut seen, mut cursor) = (Vec::new(), None);
    for pages in 1..MANY / usize::from(limit) + 40 {
        let (filter, slice) = (Query(filter.clone()), PageParams { limit: Some(limit), cursor });
        let selection = Query(OrderSelection { user_id, ..OrderSelection::default() });
        let Json(Page { items, next_cursor }) =
            w.call(by, ListOrders { filter, selection, slice }).await.unwrap();
        assert!(items.len() <= usize::from(limit));
        seen.extend(items.iter().map(|order| order.number));
        match next_cursor {
            Some(next) => cursor = Some(next),
            None => return (seen, pages),
        }
    }
    panic!("{filter:?} goes on for ever");
}

/// The words that count, of however many.
fn asked(filter: &OrderFilter) -> impl Iterator<Item = &str> {
    filter.q.as_deref().unwrap_or_default().split(' ').take(8)
}

/// What it is to find.
fn expected(all: &[KnownOrder], filter: &OrderFilter) -> Vec<i64> {
    let has = |known: &&KnownOrder| {
        asked(filter).all(|asked| known.has(asked))
            && filter
                .status
                .map_or(known.order.status != OrderStatus::Draft, |status| known.order.status == status)
            && filter.created_before.is_none_or(|before| known.order.created_at < before)
    };
    let mut found: Vec<&KnownOrder> = all.iter().filter(has).collect();
    let sort = filter.sort.unwrap_or_default();
    found.sort_by_key(|known| {
        let by_total = matches!(sort, OrderSort::Total | OrderSort::TotalDown);
        (by_total.then_some(known.order.total.minor), known.order.created_at, known.order.id)
    });
    if matches!(sort, OrderSort::TotalDown) {
        found.sort_by_key(|known| std::cmp::Reverse((known.order.total.minor, known.order.id)));
    } else if matches!(sort, OrderSort::Total) {
        found.sort_by_key(|known| (known.order.total.minor, known.order.id));
    } else if matches!(sort, OrderSort::CreatedAtDown) {
        found.reverse();
    }
    found.into_iter().map(|known| known.number).collect()
}

const ASKED: [&str; 39] = [
    "cup",
    "glaze",
    "lapis",
    "onyx",
    "early",
    "lovelace",
    "ada lovelace",
    "glaze lovelace",
    "lapis lovelace",
    "lapis onyx cup",
    "early cup",
    "early onyx",
    "tone",
    "tone07",
    "tone lapis",
    "single",
    "single00 glaze",
    // few orders, and each spells it in its own way
    "single00",
    "single00 single",
    "glaze granite",
    "cup granite",
    "cup most ada early",
    "lapis cup",
    "most",
    "early most",
    "hue",
    "hue most lapis",
    "parcel",
    "track",
    "track3",
    "pallet",
    "parcel ada",
    "parcel lapis",
    "track3 glaze lovelace",
    // the last that counts, and one more: where few words begin so, and where too many do
    "cu cup ad ada mos most glaze parcel",
    "cu cup ad ada mos most glaze track granite",
    "cup ada most glaze tone hue single parcel",
    "cup ada most glaze tone hue single granite",
    "cup ada most glaze tone hue single lovelace granite",
];

async fn words_find_among_many_orders_what_they_find_in_memory(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let all = some(&w).await;
    run(&w, "update orders set user_id = (select user_id from orders order by number limit 1)").await;
    let maker = all[0].order.user_id;
    let agree = async |filter: OrderFilter, user: Option<UserId>, limit: u16| {
        let (found, pages) = found(&w, &staff, &filter, user, limit).await;
        assert_eq!(found, expected(&all, &filter), "{filter:?} of {user:?} by {limit}");
        // where one word is rare, no page is short of what has it, and there is none of nothing
        let is_of_most = user.is_none()
            && asked(&filter).count() < 4
            && filter.status.is_none_or(|status| status == OrderStatus::Completed)
            && filter.sort != Some(OrderSort::TotalDown);
        let rare = if is_of_most { 250 } else { 20 };
        if asked(&filter).any(|asked| all.iter().filter(|known| known.has(asked)).count() < rare) {
            let full = found.len() / usize::from(limit) + 1;
            assert!(pages <= full, "{filter:?} of {user:?} by {limit}: {pages} pages, {full} would do");
        }
    };
    for asked in ASKED {
        let q = OrderFilter { q: Some(asked.to_owned()), ..OrderFilter::default() };
        for sort in [OrderSort::CreatedAtDown, OrderSort::CreatedAt, OrderSort::TotalDown] {
            agree(OrderFilter { sort: Some(sort), ..q.clone() }, None, 40).await;
        }
        agree(q.clone(), Some(maker), 100).await;
        use OrderStatus::*;
        for status in [Completed, Pending, Cancelled, Draft] {
            agree(OrderFilter { status: Some(status), ..q.clone() }, None, 50).await;
        }
        agree(OrderFilter { created_before: Some(all[700].order.created_at), ..q.clone() }, None, 7).await;
    }
    // from before all moments that anybody counts
    let from = Some("0000-01-01T00:00:00Z".parse().unwrap());
    for asked in ["lapis", "cup"] {
        let q = OrderFilter { q: Some(asked.to_owned()), ..OrderFilter::default() };
        agree(OrderFilter { created_from: from, sort: Some(OrderSort::CreatedAt), ..q }, None, 40).await;
    }
    // an older replica, which still works while a newer one begins, writes words that know no time
    run(&w, "update order_word set created_at = null where word in ('lapis', 'early', 'tone07')").await;
    run(&w, "update parcel_word set created_at = null where word = 'pallet'").await;
    for asked in ["lapis", "lapis lovelace", "early", "early cup", "tone07", "tone", "pallet", "pallet cup"] {
        agree(OrderFilter { q: Some(asked.to_owned()), ..OrderFilter::default() }, None, 25).await;
    }
}

/// In any states, one, two or three, up and down, page by page: few orders or many, of which some have the same moment.
async fn states_find_what_they_find_in_memory(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let mut by = w.admin();
    for n in 0..60 {
        // nobody may owe for more than a few
        if n % 15 == 0 {
            by = w.admin();
        }
        w.place(&by, &NewOrder { lines: vec![custom("cup", Some(100), 1)], ..order_of(&[]) }).await;
    }
    for statement in [
        "update orders set created_at = (select first.created_at from orders as first
             where first.number = orders.number - orders.number % 7)
             where number - number % 7 >= (select min(number) from orders)",
        "update orders set status = 'completed', payment_status = 'paid', fulfilment_status = 'delivered' where number % 3 = 0",
        "update orders set payment_status = 'partially_refunded' where number % 9 = 0",
        "update orders set payment_status = 'refunded', fulfilment_status = 'cancelled', status = 'cancelled' where number % 10 = 1",
        "update orders set status = 'confirmed', payment_status = 'paid' where number % 5 = 2",
    ] {
        run(&w, statement).await;
    }
    use {FulfilmentSummary as F, OrderStatus as S, PaymentSummary as P};
    let states =
        "select number, status, payment_status, fulfilment_status from orders order by created_at, id";
    let all = w.db.query(&Sql::both(states), params![]).await.unwrap();
    assert_eq!(all.len(), 60);
    let is = |row: &Row, column: &str, wanted: Option<Value>| {
        wanted.is_none_or(|wanted| wanted == row.get::<String>(column).unwrap())
    };
    let mut most = 0;
    for status in [None, Some(S::Completed), Some(S::Confirmed), Some(S::Cancelled), Some(S::Expired)] {
        for payment in [None, Some(P::Paid), Some(P::PartiallyRefunded), Some(P::Refunded)] {
            for fulfilment in [None, Some(F::Delivered), Some(F::Unfulfilled), Some(F::Shipped)] {
                let filter = OrderFilter {
                    status,
                    payment_status: payment,
                    fulfilment_status: fulfilment,
                    sort: Some(OrderSort::CreatedAt),
                    ..OrderFilter::default()
                };
                let is_one = |row: &&Row| {
                    is(row, "status", status.map(|status| json!(status)))
                        && is(row, "payment_status", payment.map(|payment| json!(payment)))
                        && is(row, "fulfilment_status", fulfilment.map(|fulfilment| json!(fulfilment)))
                };
                let mut wanted: Vec<i64> =
                    all.iter().filter(is_one).map(|row| row.get("number").unwrap()).collect();
                let numbers = |found: &[Order]| found.iter().map(|order| order.number).collect::<Vec<_>>();
                let (found, pages) = listed(&w, &staff, &filter).await;
                assert_eq!(numbers(&found), wanted, "{filter:?}");
                assert!(pages <= wanted.len() / 7 + 1, "{filter:?}: {pages} pages");
                let filter = OrderFilter { sort: None, ..filter };
                wanted.reverse();
                assert_eq!(numbers(&listed(&w, &staff, &filter).await.0), wanted, "{filter:?}");
                let is_of_some = [status.is_some(), payment.is_some(), fulfilment.is_some()];
                if is_of_some.iter().filter(|is| **is).count() > 1 {
                    most = most.max(wanted.len());
                }
            }
        }
    }
    assert!(most > 7, "two states are never together on more than a page");
}

/// All that a filter finds, by pages of seven, and how many these are.
async fn listed(w: &OrdersTestBed, by: &Caller, filter: &OrderFilter) -> (Vec<Order>, usize) {
    let (mut seen, mut cursor) = (Vec::new(), None);
    for pages in 1.. {
        let (filter, slice) = (Query(filter.clone()), PageParams { limit: Some(7), cursor });
        let selection = Query(OrderSelection::default());
        let Json(Page { items, next_cursor }) =
            w.call(by, ListOrders { filter, selection, slice }).await.unwrap();
        seen.extend(items);
        match next_cursor {
            Some(next) if pages < 60 => cursor = Some(next),
            _ => return (seen, pages),
        }
    }
    unreachable!("pages end")
}
