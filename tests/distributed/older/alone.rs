//! The database of one service was put back: accounts, payments, products.

use super::{AVAILABLE, RestoredShop};
use crate::shop::{CUSTOMER_PASSWORD, customer_at, signed_in};
use http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::http_client::HttpClient;
use tokio::time::{Instant, sleep};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_were_put_back_make_no_credential_valid_again() {
    let mut shop = RestoredShop::open(50).await;
    let admin = shop.world.admin().await;
    let key = json!({"name": "till", "scopes": ["orders"]});
    let key = admin.post("/v1/api-keys", "till", &key).await.expect(201);
    let with_key = HttpClient::new(&shop.world.split.url()).with_token(key.text("key"));
    with_key.get("/v1/orders").await.expect(200);
    let late = customer_at(&shop.world.split.url(), "late").await;
    shop.copy().await;
    let revoked = format!("/v1/api-keys/{}", key.text("id"));
    shop.world.admin().await.try_call(Method::DELETE, &revoked, "", &Value::Null).await.unwrap().expect(204);
    shop.everything_is_consumed(&[]).await;
    shop.stop();
    shop.put_back(&["auth"], false);
    shop.world.split.start();
    for consumer in ["notifications", "orders"] {
        shop.is_noticed(consumer, "auth").await;
    }
    shop.stop();
    let said = shop.goes_on().await;
    assert!(said.contains("1 API keys are revoked"), "{said}");
    shop.all_are_ready().await;
    with_key.get("/v1/orders").await.expect(401);
    late.get("/v1/me").await.expect(401);
    let after = shop.orders("after", "sim_ok").await;
    shop.everything_is_consumed(&["auth"]).await;
    assert!(shop.is_logged(&after).await, "{after} is not in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_that_were_put_back_learn_from_the_provider_what_they_have_lost() {
    let mut shop = RestoredShop::open(50).await;
    let waiting = shop.orders("waiting", "sim_requires_action").await;
    let unpaid = shop.orders("unpaid", "sim_declined").await;
    shop.copy().await;
    let cancel = async |order: &str| {
        let said =
            shop.buyer.post(&format!("/v1/orders/{order}/cancel"), order, &json!({})).await.expect(200);
        assert_eq!(said.text("status"), "cancelled", "{}", said.body);
    };
    // with the second attempt, while the first one is still live in the copy
    shop.pay(&waiting, "sim_ok").await;
    let paid = shop.orders("paid", "sim_ok").await;
    let third = shop.orders("third", "sim_declined").await;
    shop.tries_to_pay(&third, "sim_insufficient_funds").await.expect(402);
    shop.pay(&third, "sim_ok").await;
    let refunded = shop.orders("refunded", "sim_ok").await;
    cancel(&refunded).await;
    cancel(&unpaid).await;
    let by_hand = shop.orders("by-hand", "sim_declined").await;
    let in_hand = json!({"method": "offline"});
    let way = format!("/v1/orders/{by_hand}/payments");
    shop.world.admin().await.post(&way, "in-hand", &in_hand).await.expect(201);
    shop.everything_is_consumed(&[]).await;
    shop.stop();
    shop.put_back(&["payments"], false);
    shop.keep_provider().await;
    let said = shop.goes_on().await;
    assert!(said.contains("orders had consumed event "), "{said}");
    assert!(said.contains("payments lacks something of the payments of 6 orders"), "{said}");
    let after = shop.orders("after", "sim_ok").await;
    shop.all_are_ready().await;
    shop.audit_names_only(&BTreeSet::new(), &[]);
    for order in [&waiting, &paid, &third, &by_hand, &after] {
        let shown = shop.order(order).await;
        assert_eq!(
            (&shown["status"], &shown["payment_status"]),
            (&json!("confirmed"), &json!("paid")),
            "{shown}"
        );
        assert_eq!(shown["holds"], json!([]), "{shown}");
    }
    assert_eq!(shop.order(&refunded).await["payment_status"], "refunded");
    shop.nobody_is_charged_twice(&["payments"]).await;
    // and what was paid in the time that was lost goes back once it is cancelled
    let said = shop.buyer.post(&format!("/v1/orders/{paid}/cancel"), "back", &json!({})).await.expect(200);
    assert_eq!(said.text("status"), "cancelled", "{}", said.body);
    shop.everything_is_consumed(&["payments"]).await;
    assert_eq!(shop.order(&paid).await["payment_status"], "refunded");
    shop.audit_names_only(&BTreeSet::new(), &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_that_were_put_back_reserve_what_is_ordered_before_they_sell_it() {
    let mut shop = RestoredShop::open(2).await;
    shop.copy().await;
    let second = shop.orders("second", "sim_ok").await;
    let more = json!({"delta": 1, "reason": "receipt"});
    let adjust = format!("/v1/products/{}/stock/adjustments", shop.product);
    shop.world.admin().await.post(&adjust, "more", &more).await.expect(201);
    let third = shop.orders("third", "sim_ok").await;
    shop.everything_is_consumed(&[]).await;
    shop.stop();
    let again = shop.world.split.postgres.copy_of(&shop.old);
    shop.put_back(&["products"], false);
    let said = shop.accept_loss();
    assert!(said.contains("products has caught up with 2 orders"), "{said}");
    // nobody has consumed anything yet: all pieces that the books have are reserved
    let products = shop.database("products", &["products"]).await;
    let available: i64 = products.query_one(&AVAILABLE, &[]).await.unwrap().get("n").unwrap();
    assert_eq!(available, 0);
    shop.world.split.start();
    shop.buyer = signed_in(&shop.world.split.url(), ("mara@example.com", CUSTOMER_PASSWORD)).await;
    let order = json!({
        "lines": [{"product_id": shop.product, "quantity": 1}], "payment": {"method": "sim_ok"},
    });
    shop.buyer.post("/v1/orders", "fourth", &order).await.expect(409);
    shop.everything_is_consumed(&["products"]).await;
    shop.all_are_ready().await;
    assert_eq!(shop.order(&second).await["holds"], json!([]));
    assert_eq!(shop.order(&third).await["holds"], json!(["stock_missing"]));
    // once the piece is booked again, the order goes on
    shop.world.admin().await.post(&adjust, "more", &more).await.expect(201);
    let begun = Instant::now();
    while shop.order(&third).await["holds"] != json!([]) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", shop.logs());
        sleep(Duration::from_millis(200)).await;
    }
    shop.buyer.post("/v1/orders", "fourth", &order).await.expect(409);
    shop.audit_names_only(&BTreeSet::new(), &[]);
    // the same again: that the reservation was there again is no longer so
    shop.stop();
    shop.old = again;
    shop.put_back(&["products"], false);
    shop.goes_on().await;
    shop.everything_is_consumed(&["products"]).await;
    assert_eq!(shop.order(&third).await["holds"], json!(["stock_missing"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loss_is_not_accepted_beside_a_process_of_any_service() {
    let mut shop = RestoredShop::open(5).await;
    shop.stop();
    for service in ["auth", "payments"] {
        shop.world.split.replicas(service)[0].start();
        // which it needs to start, and not to be at work
        if service == "payments" {
            shop.world.split.replicas("auth")[0].stop();
        }
        let output = shop.world.split.command(&["accept-loss"]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{told}");
        assert!(told.contains(&format!("{service} is at work")), "{told}");
    }
    shop.stop();
    shop.accept_loss();
}
