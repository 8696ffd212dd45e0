//! Orders that `ordo import` brought: their pages and papers have the time at which they were placed in their old system.

use super::{
    console::{administrator, signed_in},
    shop::Shop,
};
use serde_json::json;
use std::fs;

/// Made of `Teapots-4-all` by werkzeug.
const HASH: &str =
    "pbkdf2:sha256:600000$Fuz6uH42QftAmDFd$83acafe6bd0617d902a6ab1afbf6849c7f698f391d78e2ca2d08ab565c30ed23";

#[tokio::test]
async fn an_imported_order_was_placed_when_its_old_system_says() {
    let mut shop = Shop::embedded(&[("ORDO_TIME_ZONE", "UTC")]);
    shop.server.take().unwrap().kill();
    let folder = shop.folder.path().join("export");
    fs::create_dir(&folder).unwrap();
    let dee =
        json!({"_id": "u1", "username": "dee", "email": "dee@example.com", "name": "Dee", "password": HASH});
    fs::write(folder.join("users.json"), dee.to_string()).unwrap();
    let order = json!({"_id": "o1", "user_id": "dee", "product_id": "p1", "total_price": 49, "status": "shipped",
                       "created_at": "2011-12-31T12:00:00Z"});
    fs::write(folder.join("orders.json"), order.to_string()).unwrap();
    let output = shop.launch.command(&["import", "mongo", folder.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    shop.server = Some(shop.launch.start());

    let admin = shop.admin().await;
    let orders = admin.get("/v1/orders").await.expect(200).body;
    let (id, placed) = (orders["items"][0]["id"].as_str().unwrap(), "2011-12-31T12:00:00.000000Z");
    assert_eq!(orders["items"][0]["created_at"], placed);
    let history = admin.get(&format!("/v1/orders/{id}/history")).await.expect(200).body;
    let of = |n: usize| {
        (history["items"][n]["type"].as_str().unwrap(), history["items"][n]["at"].as_str().unwrap())
    };
    assert_eq!(of(0), ("order.placed", placed));
    assert!(of(1).1 > "2025", "what is done here has its own time: {history}");

    let mut staff = administrator(&shop).await;
    let page = staff.get(&format!("/console/orders/{id}")).await.expect(200);
    let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    for told in ["Placed by Dee , 31 Dec 2011 .", "Placed 31 Dec 2011"] {
        assert!(words.contains(told), "{told}: {words}");
    }
    let invoice = format!("/orders/{id}/invoice");
    staff.get(&format!("/console{invoice}")).await.expect(200).shows("31 December 2011");
    let (mut dee, page) = signed_in(&shop, "dee", "Teapots-4-all", &format!("/orders/{id}")).await;
    page.shows("31 Dec 2011");
    dee.get(&invoice).await.expect(200).shows("31 December 2011");
}
