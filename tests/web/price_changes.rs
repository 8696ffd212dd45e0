//! A price that changes while somebody looks at it: it is said before anything is bought.

use super::{address_and, api_of, at_checkout, orders_of, registered, shop_with};
use http::Method;
use serde_json::json;
use testkit::http_client::HttpClient;

/// A product costs that much from now on.
async fn costs(admin: &HttpClient, product: &str, price: &str) {
    let path = format!("/v1/products/{product}");
    admin.try_call(Method::PATCH, &path, "", &json!({"price": price})).await.unwrap().expect(200);
}

/// The total says nothing of it.
#[tokio::test]
async fn two_prices_that_change_against_one_another_are_said_before_anything_is_bought() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let admin = shop.admin().await;
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut ada, &ids[0], "1").await;
    let checkout = at_checkout(&mut ada, &ids[1], "1").await;
    costs(&admin, &ids[0], "10.50").await;
    costs(&admin, &ids[1], "14.50").await;
    let refused = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(409);
    refused.shows("Prices have changed").shows("The total is the same.").shows("Your order wasn’t placed.");
    refused.shows("from €12.50 to €14.50").shows("Pay €25.00");
    let api = api_of(&shop, "ada").await;
    assert!(orders_of(&api).await.is_empty());
    // now it is bought as it is shown, and once
    let order = ada.submit_and_follow(&refused, "/checkout", &address_and("sim_ok")).await.expect(200);
    order.shows("€25.00");
    ada.submit(&refused, "/checkout", &address_and("sim_ok")).await.expect(303);
    assert_eq!(orders_of(&api).await.len(), 1);
}

/// What was shown is not what it costs once it is in the basket.
#[tokio::test]
async fn a_price_that_changes_before_a_product_is_put_in_is_said_as_it_is() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let path = format!("/products/{}", ids[0]);
    let product = ada.get(&path).await.expect(200);
    let admin = shop.admin().await;
    costs(&admin, &ids[0], "13.00").await;
    let put = ada.submit_and_follow(&product, "/basket", &[("quantity", "1")]).await.expect(200);
    put.shows("Teapot is in your basket").shows("The price changed from €12.50 to €13.00.");
    // pressed twice, it is said by the page that is seen
    let twice = ada.submit_and_follow(&product, "/basket", &[("quantity", "1")]).await.expect(200);
    twice.shows("Teapot is in your basket").shows("The price changed from €12.50 to €13.00.");
    let put = ada.submit_and_follow(&put, "/basket", &[("quantity", "1")]).await.expect(200);
    assert!(!put.words().contains("The price changed"), "{}", put.words());
}
