//! Where none of those that a page looks at is listed, the page looks at the next ones by itself.

use super::{buys, console::staff_at, newest, open_shop};
use serde_json::json;

/// More orders than one page looks at.
const MANY: usize = 240;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_far_down_in_a_list_is_found_without_a_further_press() {
    let (shop, admin, ids) = open_shop().await;
    let more = json!({"delta": MANY, "reason": "count"});
    admin.post(&format!("/v1/products/{}/stock/adjustments", ids[0]), "more", &more).await.expect(201);
    let ada = shop.customer("ada").await;
    buys(&ada, &ids[0], 1, "first").await;
    let first = newest(&admin).await["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/v1/orders/{first}/cancel"), "regret", &json!({})).await.expect(200);
    for n in 0..MANY {
        buys(&ada, &ids[0], 1, &format!("further-{n}")).await;
    }
    let me = ada.get("/v1/me").await.expect(200).text("id").to_owned();
    let path = format!("/console/orders?customer={me}&fulfilment=cancelled");
    let browser = staff_at(&shop, &path).await;
    browser.says("Cancelled").await;
    let found = browser
        .run("return [...document.querySelectorAll('tbody a.lead')].map((one) => one.href)", json!([]))
        .await;
    assert_eq!(found, json!([format!("{}/console/orders/{first}", shop.url())]));
    // who comes back comes to where they began, and not to each page that was looked at
    assert_eq!(browser.run("return location.search.includes('cursor=')", json!([])).await, true);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
