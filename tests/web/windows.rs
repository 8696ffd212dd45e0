//! A basket in several windows, and a browser that several people use.

use super::{
    ADDRESS, Browser, PASSWORD, at_checkout,
    browser::PageResult,
    registered,
    shop::{Shop, signed_in},
    shop_set, shop_with,
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// So long a browser goes on before it asks whether its session does, too.
const TOKEN_S: u64 = 5;
/// Presses at the same moment are tried so often.
const TIMES: usize = 25;

async fn basket_of(shop: &Shop, who: &str) -> Value {
    let api = signed_in(&shop.url(), (&format!("{who}@example.com"), PASSWORD)).await;
    api.get("/v1/baskets/mine").await.expect(200).body
}

/// Of two windows that ask for one piece more at the same moment, each has it, or is told that it has not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_press_in_another_window_is_lost_unsaid() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ada.get(&format!("/products/{}", ids[0])).await.expect(200);
    ada.submit(&page, "/basket", &[("quantity", "1")]).await.expect(303);
    let more = [("more", ids[0].as_str())];
    let mut before = 1;
    for _ in 0..TIMES {
        let (mut one, mut other) = (ada.clone(), ada.clone());
        let (here, there) = (one.get("/basket").await.expect(200), other.get("/basket").await.expect(200));
        let pressed = tokio::join!(
            one.submit(&here, "/basket/change", &more),
            other.submit(&there, "/basket/change", &more)
        );
        let told = [pressed.0.expect(303).location(), pressed.1.expect(303).location()];
        let unsaid = told.iter().filter(|place| *place == "/basket").count() as i64;
        let now = basket_of(&shop, "ada").await["lines"][0]["quantity"].as_i64().unwrap();
        assert_eq!(now - before, unsaid, "{told:?}");
        assert!(unsaid >= 1, "{told:?}");
        before = now;
    }
}

/// What is in it is named, also where nothing of it can be bought.
#[tokio::test]
async fn a_basket_of_what_is_no_longer_sold_is_not_called_empty() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut guest = Browser::new(&shop.url());
    let sign = |page: &PageResult| page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    guest.get("/basket").await.expect(200).shows("Basket, empty");
    for id in &ids {
        let page = guest.get(&format!("/products/{id}")).await.expect(200);
        guest.submit(&page, "/basket", &[("quantity", "2")]).await.expect(303);
    }
    let admin = shop.admin().await;
    let gone = json!({"status": "draft"});
    for (id, says, hides) in [(&ids[0], "Basket, 2 items", "Basket, empty"), (&ids[1], "Basket", "Basket, ")]
    {
        admin.try_call(Method::PATCH, &format!("/v1/products/{id}"), "", &gone).await.unwrap().expect(200);
        guest.get("/basket").await.expect(200);
        let page = guest.get("/basket").await.expect(200);
        assert!(sign(&page).contains(says) && !sign(&page).contains(hides), "{}", sign(&page));
    }
}

/// A form may have the fields that the longest of ours has, and a few thousand that nobody has are not looked through.
#[tokio::test]
async fn a_form_of_too_many_fields_is_not_read() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ada.get(&format!("/products/{}", ids[0])).await.expect(200);
    ada.submit(&page, "/basket", &[("quantity", "1")]).await.expect(303);
    let basket = ada.get("/basket").await.expect(200);
    let mut form = basket.form("/basket/change", &[("more", &ids[0])]);
    form.extend((0..2_000).map(|_| ("was-a".to_owned(), String::new())));
    ada.post("/basket/change", &form).await.expect(413).shows("This form is too long");
    assert_eq!(basket_of(&shop, "ada").await["lines"][0]["quantity"], 1);
    // a few hundred are no more than a page of ours has
    form.truncate(form.len() - 1_000);
    ada.post("/basket/change", &form).await.expect(303);
    assert_eq!(basket_of(&shop, "ada").await["lines"][0]["quantity"], 2);
}

/// Where somebody lives, and what they had in their basket, is not for whoever comes to the browser after them.
#[tokio::test]
async fn what_was_typed_and_put_in_stays_with_whoever_did() {
    let (shop, ids) = shop_set(&[("ORDO_ACCESS_TOKEN_TTL", &TOKEN_S.to_string())], &["Teapot"]).await;
    registered(&shop, "eve").await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "3").await;
    let fields = [&ADDRESS[..], &[("to", "basket")]].concat();
    ada.submit(&checkout, "/checkout", &fields).await.expect(303);
    ada.get("/").await.expect(200).shows("Basket, 3");
    assert_eq!(ada.get("/checkout").await.value("line1"), "St James's Square 12");
    // she ends that session from another device
    let api = signed_in(&shop.url(), ("ada@example.com", PASSWORD)).await;
    api.try_call(Method::DELETE, "/v1/me/sessions", "", &Value::Null).await.unwrap().expect(204);
    tokio::time::sleep(Duration::from_secs(TOKEN_S)).await;
    ada.get("/").await.expect(200).shows("Sign in").shows("Basket, empty");
    let mut guest = ada.clone();
    let typed = at_checkout(&mut guest, &ids[0], "1").await;
    assert_eq!((typed.value("name"), typed.value("line1")), (String::new(), String::new()));
    let mut eve = ada.clone();
    let form = eve.get("/sign-in").await.expect(200);
    eve.submit(&form, "/sign-in", &[("who", "eve@example.com"), ("password", PASSWORD)]).await.expect(303);
    let typed = at_checkout(&mut eve, &ids[0], "1").await;
    assert_ne!(typed.value("line1"), "St James's Square 12");
    // and what a guest typed is there for whoever they turn out to be
    let fields = [&ADDRESS[..], &[("email", "ada@example.com"), ("to", "sign-in")]].concat();
    let way = guest.submit(&guest.clone().get("/checkout").await, "/checkout", &fields).await.expect(303);
    let form = guest.get(&way.location()).await.expect(200);
    let fields = [("who", "ada@example.com"), ("password", PASSWORD)];
    let again = guest.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
    assert_eq!(again.value("line1"), "St James's Square 12");
}
