//! A transaction that loses against another one on PostgreSQL (a serialization failure, a deadlock) begins again,
//! and whoever asked does not learn of it. The client of these tests asks once.

use crate::world::{OrdersTestBed, order_of};
use contracts::orders::OrderStatus;
use db::Sql;

/// From now on the first two writes of an order lose.
async fn loses(w: &OrdersTestBed) {
    const TRIGGER: &str =
        "create trigger loses before insert or update on orders for each row execute function lose()";
    for text in testkit::postgres::LOSES_TWICE.into_iter().chain([TRIGGER]) {
        run(w, text).await;
    }
}

async fn run(w: &OrdersTestBed, text: &'static str) {
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both(text), &[]).await.unwrap();
    tx.commit("test.lose").await.unwrap();
}

/// That two writes were lost, and the third one was not; the next two will be.
async fn lost_twice(w: &OrdersTestBed) {
    let row = w.db.query_one(&Sql::both("select last_value as n from losses"), &[]).await.unwrap();
    assert!(row.get::<i64>("n").unwrap() >= 3);
    run(w, "alter sequence losses restart").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_placed_paid_and_cancelled_though_each_of_these_loses_twice() {
    let w = OrdersTestBed::on_postgres().await;
    let ada = w.customer();
    let tea = w.product(1000, 10);
    loses(&w).await;
    // the stock is reserved before the transaction that loses, and is not reserved again
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    assert_eq!(w.products.available(tea), 8);
    lost_twice(&w).await;
    // what payments has answered is taken in
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    lost_twice(&w).await;
    w.cancel(&ada, order.id).await.unwrap();
    lost_twice(&w).await;
    w.check().await;
}
