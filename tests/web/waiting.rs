//! Orders that wait for stock: what is short says so where it is counted and where it is waited for, and leads from one to the
//! other.

use super::{
    PageResult, at_checkout,
    console::{administrator, ordered},
    registered,
    shop::Shop,
    shop_with,
};
use serde_json::json;

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// So many pieces come or go, whatever is reserved.
pub(super) async fn booked(shop: &Shop, product: &str, delta: i64, key: &str) {
    let path = format!("/v1/products/{product}/stock/adjustments");
    let body = json!({"delta": delta, "reason": "count", "accept_shortfall": true});
    shop.admin().await.post(&path, key, &body).await.expect(201);
}

#[tokio::test]
async fn what_is_short_leads_to_the_orders_that_wait_and_they_to_it() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut ada, &ids[1], "1").await;
    let order = ordered(&shop, &mut ada, &ids[0], "4", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let free = staff.until(&order, "Next parcel").await;
    assert!(said(&free).contains("Put on hold…") && !said(&free).contains(" short "), "{}", said(&free));

    booked(&shop, &ids[0], -2, "k1").await;
    let held = staff.until(&order, "On hold").await;
    // the article that is short, and no other, above the order and in its line
    assert_eq!(said(&held).matches("Teapot 1 short").count(), 1, "{}", said(&held));
    assert_eq!(said(&held).matches("T-0 1 short").count(), 1, "{}", said(&held));
    assert!(!said(&held).contains("Cup 1 short") && !said(&held).contains("T-1 1 short"), "{}", said(&held));
    let stock = format!("/console/products/{}", ids[0]);
    assert!(held.links().contains(&format!("{stock}/stock")), "{:?}", held.links());
    held.shows("Add manual hold…");
    // the banner has the badge's sign and tone
    let sign = |what: &str| {
        let begun = held.text.split_once(what).unwrap().1;
        begun[begun.find("<svg").unwrap()..begun.find("</svg>").unwrap()].to_owned()
    };
    assert_eq!(sign("<div class=\"banner bad\""), sign("<span class=\"badge bad\""));
    held.shows("No parcels were packed. Orders on hold can’t be packed.");
    held.shows("Put on hold: not enough stock");
    // whoever has counted the stock has held nothing back
    assert!(!said(&held).contains("enough stock by"), "{}", said(&held));

    let product = staff.get(&stock).await.expect(200);
    product.shows("1 short: orders are waiting for stock");
    assert!(said(&product).contains("On hand 3 Reserved −4 Shortfall 1"), "{}", said(&product));
    let who_waits = "/console/orders?q=T-0&attention=on_hold&sort=created_at";
    assert!(product.links().iter().any(|link| link == who_waits), "{:?}", product.links());
    let waiting = staff.get(who_waits).await.expect(200);
    assert!(waiting.links().contains(&order), "{:?}", waiting.links());
    let list = staff.get("/console/products").await.expect(200);
    assert_eq!(said(&list).matches("Sold out 1 short").count(), 1, "{}", said(&list));

    // by hand, too: that somebody did, with a reason, and lets go again
    let question = staff.get(&format!("{order}/hold")).await.expect(200);
    question.shows("until it’s released. It can still be cancelled.").hides("still be paid");
    let both = staff.submit_and_follow(&question, &format!("{order}/hold"), &[("reason", "asks")]).await;
    assert!(said(&both).contains("Put on hold by you “asks”"), "{}", said(&both));
    booked(&shop, &ids[0], 2, "k2").await;
    let by_hand = staff.until(&order, "Back in stock").await;
    assert!(
        !said(&by_hand).contains("in stock by") && !said(&by_hand).contains(" short "),
        "{}",
        said(&by_hand)
    );
    let released = staff.submit_and_follow(&by_hand, &format!("{order}/release"), &[]).await.expect(200);
    assert!(said(&released).contains("Hold released by you"), "{}", said(&released));
    released.shows("Next parcel").shows("Put on hold…");
    shop.assert_audit_is_clean("after an order has waited for stock");
}

/// What is sold beyond its stock is owed as well, and holds nothing up.
#[tokio::test]
async fn what_is_sold_ahead_is_not_short() {
    let (shop, _) = shop_with(&[]).await;
    let body = json!({"sku": "A-1", "name": "Ahead", "price": "1.00", "stock": 3, "backorder": true});
    let product = shop.admin().await.post("/v1/products", "", &body).await.expect(201).text("id").to_owned();
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &product, "5", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    staff.until(&order, "Next parcel").await;
    let page = staff.get(&format!("/console/products/{product}")).await.expect(200);
    assert!(said(&page).contains("On hand 3 Reserved −5 Backordered 2"), "{}", said(&page));
    assert!(!said(&page).contains(" short "), "{}", said(&page));
    assert!(!said(&staff.get("/console/products").await.expect(200)).contains(" short "));
}
