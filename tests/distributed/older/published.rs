//! What is reported about databases that were put back: the consumers', the producers' and all of them.

use super::{RestoredShop, SERVICES};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::sleep;

async fn orders_are_put_back(is_nats_wiped: bool) {
    let (mut shop, lost) = RestoredShop::new().await;
    let back = ["orders"];
    shop.put_back(&back, is_nats_wiped);
    shop.world.split.start();
    for consumer in ["notifications", "products"] {
        shop.is_noticed(consumer, "orders").await;
    }
    let page = shop.system_page().await;
    assert!(page.contains("notifications has consumed events that orders no longer has."), "{page}");
    assert!(page.contains("products has consumed events that orders no longer has."), "{page}");
    // its new events are given the positions of those that are lost
    let meanwhile = shop.orders("fourth", "sim_ok").await;
    orders_go_on(shop, &lost, &meanwhile).await;
}

/// Nothing is consumed until the loss is accepted; then nothing is passed over.
async fn orders_go_on(mut shop: RestoredShop, lost: &BTreeSet<String>, meanwhile: &str) {
    let back = ["orders"];
    sleep(Duration::from_secs(3)).await;
    assert!(!shop.is_logged(meanwhile).await, "it is consumed after a gap");
    shop.stop();
    let signed_in = shop.buyer.clone();
    let said = shop.goes_on().await;
    for consumer in ["notifications", "products"] {
        assert!(said.contains(&format!("{consumer} had consumed event ")), "{said}");
    }
    shop.all_are_ready().await;
    signed_in.get("/v1/me").await.expect(401);
    let after = shop.orders("fifth", "sim_ok").await;
    shop.everything_is_consumed(&back).await;
    for order in [meanwhile, &after] {
        assert!(shop.is_logged(order).await, "{order} is not in the log");
        let status = shop.order(order).await;
        assert_eq!(status["status"], "confirmed", "{status}");
    }
    shop.nobody_is_charged_twice(&back).await;
    shop.audit_names_only(lost, &["orders: dead letters"]);
    let page = shop.system_page().await;
    assert!(!page.contains("no longer has."), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_were_put_back_beside_the_old_nats_are_noticed_and_no_new_event_is_lost() {
    orders_are_put_back(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_were_put_back_beside_a_wiped_nats_are_noticed_and_no_new_event_is_lost() {
    orders_are_put_back(true).await;
}

/// Nobody but orders is stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_were_put_back_are_noticed_by_consumers_that_kept_running() {
    let mut shop = RestoredShop::open(50).await;
    shop.copy().await;
    let lost = BTreeSet::from([shop.orders("second", "sim_ok").await, shop.orders("third", "sim_ok").await]);
    shop.everything_is_consumed(&[]).await;
    shop.world.split.replicas("orders").remove(0).stop();
    shop.put_back(&["orders"], false);
    shop.world.split.replicas("orders").remove(0).start();
    let meanwhile = shop.orders("fourth", "sim_ok").await;
    for consumer in ["notifications", "products"] {
        shop.is_noticed(consumer, "orders").await;
    }
    orders_go_on(shop, &lost, &meanwhile).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_was_put_back_consumes_what_it_has_lost() {
    let (mut shop, lost) = RestoredShop::new().await;
    let back = ["notifications"];
    shop.put_back(&back, false);
    shop.world.split.start();
    let after = shop.orders("fourth", "sim_ok").await;
    shop.everything_is_consumed(&back).await;
    shop.all_are_ready().await;
    for order in lost.iter().chain([&after]) {
        assert!(shop.is_logged(order).await, "{order} is not in the log");
    }
    shop.audit_names_only(&BTreeSet::new(), &[]);
}

async fn all_are_put_back(is_nats_wiped: bool) {
    let mut shop = RestoredShop::open(50).await;
    // placed before the copy, and paid in the time that is lost
    let unpaid = shop.orders("unpaid", "sim_declined").await;
    shop.copy().await;
    shop.pay(&unpaid, "sim_ok").await;
    let lost = shop.orders("second", "sim_ok").await;
    shop.everything_is_consumed(&[]).await;
    shop.stop();
    shop.put_back(&SERVICES, is_nats_wiped);
    shop.keep_provider().await;
    if is_nats_wiped {
        shop.is_told_by_the_provider(2).await;
    }
    let signed_in = shop.buyer.clone();
    let said = shop.goes_on().await;
    assert!(said.contains("no service has consumed an event that another one lacks"), "{said}");
    signed_in.get("/v1/me").await.expect(401);
    let after = shop.orders("fourth", "sim_ok").await;
    shop.everything_is_consumed(&SERVICES).await;
    shop.all_are_ready().await;
    assert!(shop.is_logged(&after).await, "{after} is not in the log");
    assert_eq!(shop.order(&unpaid).await["payment_status"], "unpaid");
    shop.pay(&unpaid, "sim_ok").await;
    assert_eq!(shop.order(&unpaid).await["payment_status"], "paid");
    shop.nobody_is_charged_twice(&SERVICES).await;
    shop.lists_unknown_charges(1).await;
    shop.everything_is_consumed(&SERVICES).await;
    // until staff have refunded it, its charge is one that nobody has a payment of
    shop.audit_names_only(&BTreeSet::from([lost]), &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_was_put_back_beside_the_old_nats_goes_on_after_the_loss_is_accepted() {
    all_are_put_back(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_was_put_back_beside_a_wiped_nats_goes_on_after_the_loss_is_accepted() {
    all_are_put_back(true).await;
}
