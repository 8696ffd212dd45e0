//! What is found among more orders than a look takes is what a filter in memory finds, whatever has the words: few orders or
//! many, of one word or of many that begin alike.

use crate::world::{Caller, World, custom, order_of};
use contracts::orders::*;
use db::{Sql, params};
use endpoint::{Json, Page, Permission, Query, Slice};
use kernel::id::UserId;
use std::collections::BTreeSet;

on_both!(words_find_among_many_orders_what_they_find_in_memory);

/// More than a request looks at.
const MANY: usize = 1_130;

/// What the test knows of an order.
struct Known {
    number: i64,
    order: Order,
    words: BTreeSet<String>,
}

impl Known {
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

async fn some(w: &World) -> Vec<Known> {
    let mut all = Vec::new();
    let mut by = w.admin();
    for n in 0..MANY {
        // nobody may owe for more than a few
        if n.is_multiple_of(15) {
            by = w.admin();
        }
        let title = title(n);
        let minor = 100 + (n as i64 * 37) % 500;
        let new = NewOrder { lines: vec![custom(&title, Some(minor), 1)], ..order_of(&[]) };
        let order = w.place(&by, &new).await;
        let mut words: BTreeSet<String> = title.split(' ').map(str::to_owned).collect();
        words.insert("ada".to_owned());
        if order.number % 4 == 0 {
            words.insert("lovelace".to_owned());
        }
        all.push(Known { number: order.number, order, words });
    }
    run(
        w,
        "insert into person_word (order_id, word, created_at)
            select id, 'lovelace', created_at from orders where number % 4 = 0",
    )
    .await;
    run(w, "update orders set status = 'completed', fulfilment_status = 'delivered' where number % 5 <> 0")
        .await;
    for known in &mut all {
        if known.number % 5 != 0 {
            known.order.status = OrderStatus::Completed;
        }
    }
    all
}

async fn run(w: &World, text: &'static str) {
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both(text), params![]).await.unwrap();
    tx.commit("test.run").await.unwrap();
}

/// The numbers of all that a filter finds, page by page, of which there are no more than are needed to look at all orders.
async fn found(
    w: &World,
    by: &Caller,
    filter: &OrderFilter,
    user_id: Option<UserId>,
    limit: u16,
) -> (Vec<i64>, usize) {
    let (mut seen, mut cursor) = (Vec::new(), None);
    for pages in 1..MANY / usize::from(limit) + 40 {
        let (filter, slice) = (Query(filter.clone()), Slice { limit: Some(limit), cursor });
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

/// What it is to find.
fn expected(all: &[Known], filter: &OrderFilter) -> Vec<i64> {
    let asked = filter.q.as_deref().unwrap_or_default();
    let has = |known: &&Known| {
        asked.split(' ').all(|asked| known.has(asked))
            && filter.status.is_none_or(|status| known.order.status == status)
            && filter.created_before.is_none_or(|before| known.order.created_at < before)
    };
    let mut found: Vec<&Known> = all.iter().filter(has).collect();
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

const ASKED: [&str; 25] = [
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
    "glaze granite",
    "cup granite",
    "cup most ada early",
    "lapis cup",
    "most",
    "early most",
    "hue",
    "hue most lapis",
];

async fn words_find_among_many_orders_what_they_find_in_memory(w: World) {
    let staff = w.staff(&[Permission::Orders]);
    let all = some(&w).await;
    run(&w, "update orders set user_id = (select user_id from orders order by number limit 1)").await;
    let maker = all[0].order.user_id;
    let agree = async |filter: OrderFilter, user: Option<UserId>, limit: u16| {
        let (found, pages) = found(&w, &staff, &filter, user, limit).await;
        assert_eq!(found, expected(&all, &filter), "{filter:?} of {user:?} by {limit}");
        // where one word is rare, no page is short of what has it, and there is none of nothing
        let asked = filter.q.as_deref().unwrap_or_default();
        if asked.split(' ').any(|asked| all.iter().filter(|known| known.has(asked)).count() < 250) {
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
        for status in [OrderStatus::Completed, OrderStatus::Pending, OrderStatus::Cancelled] {
            agree(OrderFilter { status: Some(status), ..q.clone() }, None, 50).await;
        }
        agree(OrderFilter { created_before: Some(all[700].order.created_at), ..q.clone() }, None, 7).await;
    }
    // an older replica, which still works while a newer one begins, writes words that know no time
    run(&w, "update order_word set created_at = null where word in ('lapis', 'early', 'tone07')").await;
    for asked in ["lapis", "lapis lovelace", "early", "early cup", "tone07", "tone"] {
        agree(OrderFilter { q: Some(asked.to_owned()), ..OrderFilter::default() }, None, 25).await;
    }
}
